package io.llmcost.calculator.attention;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcost.calculator.attention.AttentionEntry.State;
import io.llmcost.calculator.pricing.Books;
import io.llmcost.calculator.pricing.PriceBook;
import io.llmcost.localstack.Backends;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** The queue's tables, on a database that no service runs over. */
class AttentionIT {

  private static final Instant AT = Instant.parse("2026-11-01T00:00:00Z");
  private static final Instant APPENDED = Instant.parse("2026-11-24T10:00:00Z");

  private final PGSimpleDataSource database = new PGSimpleDataSource();
  private AttentionStore store = new AttentionStore(database, 5);

  @BeforeEach
  void migrate() {
    String url = Backends.shared().newDatabase();
    Flyway.configure()
        .dataSource(url, null, null)
        .schemas("pricebook")
        .defaultSchema("pricebook")
        .locations("classpath:db/migration/pricebook")
        .load()
        .migrate();
    database.setUrl(url);
    store = new AttentionStore(database, 5);
  }

  private static Sighting sighting(
      int partition, long offset, Instant appendedAt, String model, Instant at) {
    return new Sighting(
        new Sighting.Place(partition, offset, appendedAt),
        new Subject("openai", model, Concern.FALLBACK),
        UUID.randomUUID().toString(),
        at,
        null,
        null,
        Set.of("input"),
        100,
        new BigDecimal("0.001"),
        BigDecimal.ZERO);
  }

  private AttentionEntry entry(String model) throws SQLException {
    return store.entries().stream()
        .filter(entry -> entry.subject().model().equals(model))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void whatIsPricedAgainAfterACrashIsNotCountedAgain() throws SQLException {
    store.add(
        List.of(
            sighting(0, 5, APPENDED, "gpt-9", AT),
            sighting(0, 7, APPENDED.plusMillis(2), "gpt-9", AT.plusSeconds(10)),
            sighting(1, 3, APPENDED, "gpt-9", AT.plusSeconds(5))));
    store.add(
        List.of(
            sighting(0, 6, APPENDED.plusMillis(1), "gpt-9", AT),
            sighting(0, 7, APPENDED.plusMillis(2), "gpt-9", AT),
            sighting(0, 8, APPENDED.plusMillis(3), "gpt-9", AT.minusSeconds(60)),
            sighting(1, 3, APPENDED, "gpt-9", AT)));
    assertThat(entry("gpt-9"))
        .satisfies(
            entry -> {
              assertThat(entry.requests()).isEqualTo(4);
              assertThat(entry.tokens()).isEqualTo(400);
              assertThat(entry.amount()).isEqualByComparingTo("0.004");
              assertThat(entry.firstSeen()).isEqualTo(AT.minusSeconds(60));
              assertThat(entry.lastSeen()).isEqualTo(AT.plusSeconds(10));
            });
  }

  @Test
  void aTopicMadeAnewCountsFromItsBeginning() throws SQLException {
    store.add(List.of(sighting(0, 900, APPENDED, "gpt-9", AT)));
    store.add(List.of(sighting(0, 1, APPENDED.plusSeconds(60), "gpt-9", AT)));
    store.add(List.of(sighting(0, 1, APPENDED.plusSeconds(60), "gpt-9", AT)));
    assertThat(entry("gpt-9").requests()).isEqualTo(2);
  }

  @Test
  void inventedNamesDoNotFillTheTable() throws SQLException {
    List<Sighting> many = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      many.add(sighting(0, i, APPENDED, "invented-" + i, AT));
    }
    store.add(many);
    store.add(List.of(sighting(0, 20, APPENDED, "invented-0", AT)));
    assertThat(store.entries()).hasSize(6);
    assertThat(entry(Subject.OTHERS).requests()).isEqualTo(15);
    assertThat(store.entries().stream().mapToLong(AttentionEntry::requests).sum()).isEqualTo(21);
  }

  @Test
  void anEntryEndsWithAPriceForAllOfItsTimeOrWithAReason() throws SQLException {
    store.add(
        List.of(
            sighting(0, 1, APPENDED, "gpt-9", AT),
            sighting(0, 2, APPENDED, "gpt-9", AT.plusSeconds(3_600))));
    PriceBook without = new Books().globalDefault().costs("10").build();
    PriceBook late = new Books().model("gpt-9").from("2026-11-01T00:30:00Z").costs("1").build();
    PriceBook early = new Books().model("gpt-9").from("2026-10-01T00:00:00Z").costs("0").build();
    assertThat(entry("gpt-9").state(without)).isEqualTo(State.OPEN);
    assertThat(entry("gpt-9").state(late)).isEqualTo(State.OPEN);
    assertThat(entry("gpt-9").state(early)).isEqualTo(State.RESOLVED);
    Subject subject = entry("gpt-9").subject();
    assertThat(store.decide(subject, true, "alice", "a test", APPENDED)).isTrue();
    assertThat(entry("gpt-9").state(without)).isEqualTo(State.DISMISSED);
    assertThat(store.decide(subject, false, "alice", "no test", APPENDED)).isTrue();
    assertThat(entry("gpt-9").state(without)).isEqualTo(State.OPEN);
    var unknown = new Subject("openai", "none", Concern.FALLBACK);
    assertThat(store.decide(unknown, true, "alice", "a test", APPENDED)).isFalse();
  }
}
