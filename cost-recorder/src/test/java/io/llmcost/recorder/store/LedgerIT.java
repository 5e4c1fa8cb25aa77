package io.llmcost.recorder.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.llmcost.localstack.Backends;
import io.llmcost.recorder.Costed;
import io.llmcost.recorder.EventBody;
import io.llmcost.recorder.ledger.Amounts;
import io.llmcost.recorder.ledger.Costing;
import io.llmcost.recorder.ledger.CostingRules;
import io.llmcost.recorder.ledger.Outcome;
import io.llmcost.recorder.ledger.Reading;
import io.llmcost.recorder.ledger.Refusal;
import io.llmcost.recorder.ledger.RefusedRecordException;
import io.llmcost.recorder.ledger.Verdict;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** The ledger's transaction alone: races, closed months, extremes, and what happens on failure. */
class LedgerIT {
  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

  private final UUID topicId = UUID.randomUUID();

  @SuppressWarnings("NullAway.Init")
  private DataSource dataSource;

  @SuppressWarnings("NullAway.Init")
  private JdbcClient sql;

  @BeforeEach
  void newDatabase() {
    String url = Backends.shared().newDatabase();
    Flyway.configure()
        .dataSource(url, null, null)
        .schemas("ledger")
        .defaultSchema("ledger")
        .locations("classpath:db/migration/ledger")
        .load()
        .migrate();
    dataSource = new DriverManagerDataSource(url + "&currentSchema=ledger");
    sql = JdbcClient.create(dataSource);
  }

  @Test
  void whatFailsBeforeTheCommitLeavesNothing() {
    Writer writer = new Writer(0);

    assertThatThrownBy(
            () ->
                writer.ledger.write(
                    writer.place(List.of(Costed.at(NOW))),
                    (connection, verdicts) -> {
                      throw new IllegalStateException("the dead letters were not taken");
                    }))
        .isInstanceOf(IllegalStateException.class);

    assertThat(count("select count(*) from cost_entry")).isZero();
    assertThat(count("select count(*) from cost_rollup")).isZero();
    assertThat(count("select sum(next_offset) from ledger_offset")).isZero();
    assertThat(writer.write(Costed.at(NOW))).containsExactly(Outcome.RECORDED);
  }

  @Test
  void aWriterWhoseStreamMovedWritesNothing() {
    Writer one = new Writer(0);
    Writer zombie = new Writer(0);
    one.write(Costed.at(NOW));

    assertThatThrownBy(() -> zombie.write(Costed.at(NOW)))
        .isInstanceOf(OffsetMovedException.class)
        .hasMessageContaining("this consumer is at 0, the database at 1");

    assertThat(count("select count(*) from cost_entry")).isEqualTo(1);
  }

  @Test
  void writersOfTheSameEventsNeverCountTwice() throws Exception {
    List<Costed> events = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      events.add(Costed.at(NOW.plusMillis(i)).withTokens(i, 1).withModel("m" + i % 5));
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<Integer>> writers = new ArrayList<>();
      for (int partition = 0; partition < 4; partition++) {
        writers.add(threads.submit(racing(partition, events)));
      }
      int recorded = 0;
      for (Future<Integer> writer : writers) {
        recorded += writer.get();
      }
      assertThat(recorded).isEqualTo(400);
    }
    assertThat(count("select count(*) from cost_entry")).isEqualTo(400);
    BigDecimal total = events.stream().map(Costed::total).reduce(BigDecimal.ZERO, BigDecimal::add);
    assertThat(sum("select sum(total_cost) from cost_entry")).isEqualByComparingTo(total);
    assertThat(sum("select sum(total_cost) from cost_rollup")).isEqualByComparingTo(total);
    assertThat(count("select sum(already_recorded) from ledger_offset")).isEqualTo(1_200);
  }

  private Callable<Integer> racing(int partition, List<Costed> events) {
    List<Costed> shuffled = new ArrayList<>(events);
    Collections.shuffle(shuffled, new Random(partition));
    return () -> {
      Writer writer = new Writer(partition);
      int recorded = 0;
      for (int from = 0; from < shuffled.size(); from += 40) {
        List<Outcome> outcomes = writer.writeAtLast(shuffled.subList(from, from + 40));
        recorded += (int) outcomes.stream().filter(Outcome.RECORDED::equals).count();
      }
      return recorded;
    };
  }

  @Test
  void anEventOfASealedMonthIsRefusedAndItsNeighboursAreNot() {
    Writer writer = new Writer(0);
    Costed old = Costed.at(Instant.parse("2026-08-31T23:59:59.999Z"));
    Costed open = Costed.at(Instant.parse("2026-09-01T00:00:00Z"));
    writer.write(old);
    seal("2026-08-01", "cost_entry_2026_08");

    // The writer still thinks that the month is there: it finds out, and tries again.
    List<Outcome> outcomes = writer.writeAtLast(List.of(old, open));

    assertThat(outcomes).containsExactly(Outcome.DEAD_LETTERED, Outcome.RECORDED);
    assertThat(writer.lastRefusal()).isEqualTo(Refusal.Cause.CLOSED_PERIOD);
    assertThat(sum("select sum(total_cost) from cost_rollup"))
        .isEqualByComparingTo(
            sum("select sum(total_cost) from cost_entry")
                .add(sum("select sum(total_cost) from sealed_month")));
  }

  private void seal(String month, String partition) {
    sql.sql(
            """
            insert into sealed_month select '%s', now(), count(*), 'USD', sum(requests),
              sum(fallback_requests), sum(unpriced_requests), sum(prompt_tokens),
              sum(completion_tokens), sum(total_cost), sum(prompt_cost), sum(completion_cost),
              'this test'
            from %s
            """
                .formatted(month, partition))
        .update();
    sql.sql("drop table " + partition).update();
  }

  @Test
  void revisionsOfABatchAreWrittenTogetherAndKeepTheirOriginals() {
    Writer writer = new Writer(0);
    List<Costed> originals = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      // Of two months.
      originals.add(Costed.at(NOW.minus(Duration.ofDays(20L * (i % 2)))).withProject("p" + i));
    }
    writer.write(originals.toArray(Costed[]::new));
    UUID up = UUID.fromString("0198c0de-0000-7000-8000-0000000000aa");
    UUID down = UUID.fromString("0198c0de-0000-7000-8000-0000000000bb");
    List<Costed> targets = new ArrayList<>();
    originals.forEach(original -> targets.add(original.withPrice("5").repricedBy(up)));
    originals.forEach(original -> targets.add(original.withPrice("1").repricedBy(down)));

    assertThat(writer.write(targets.toArray(Costed[]::new))).containsOnly(Outcome.RECORDED);

    BigDecimal total =
        originals.stream()
            .map(original -> original.withPrice("1").total())
            .reduce(BigDecimal.ZERO, BigDecimal::add);
    assertThat(count("select count(*) from cost_entry")).isEqualTo(150);
    assertThat(sum("select sum(total_cost) from cost_entry")).isEqualByComparingTo(total);
    assertThat(sum("select sum(total_cost) from cost_rollup")).isEqualByComparingTo(total);
    assertThat(
            count(
                """
                select count(*) from cost_entry r join cost_entry o using (event_id)
                where o.revision = 0 and r.revision > 0 and r.project = o.project
                and r.tags = o.tags and r.occurred_at = o.occurred_at
                and r.completion_digest = o.completion_digest and r.requests = 0
                and jsonb_array_length(r.line_items) = 2
                """))
        .isEqualTo(100);
    assertThat(writer.write(targets.toArray(Costed[]::new))).containsOnly(Outcome.ALREADY_RECORDED);
  }

  @Test
  void aRepricingThatMovedNothingIsKnownInLaterBatches() {
    Writer writer = new Writer(0);
    Costed original = Costed.at(NOW);
    Costed unchanged = original.repricedBy(UUID.fromString("0198c0de-0000-7000-8000-0000000000aa"));
    Costed other =
        original.withPrice("9").repricedBy(UUID.fromString("0198c0de-0000-7000-8000-0000000000bb"));
    assertThat(writer.write(original)).containsExactly(Outcome.RECORDED);
    assertThat(writer.write(unchanged)).containsExactly(Outcome.UNCHANGED);
    assertThat(writer.write(other)).containsExactly(Outcome.RECORDED);

    assertThat(writer.write(unchanged)).containsExactly(Outcome.ALREADY_RECORDED);

    assertThat(sum("select sum(total_cost) from cost_entry")).isEqualByComparingTo(other.total());
    assertThat(count("select count(*) from cost_entry")).isEqualTo(2);
  }

  @Test
  void everyAmountComesBackAsItWas() throws RefusedRecordException {
    Writer writer = new Writer(0);
    for (String value :
        List.of(
            "0",
            "0.000000000000000001",
            "0.0001",
            "0.00009999",
            "9999.999999999999999999",
            "9.223372036854775807",
            "9.223372036854775808",
            "10000",
            "999999999999.000000000000000001")) {
      BigDecimal amount = new BigDecimal(value).setScale(18);
      Costed costed = Costed.at(NOW);
      Reading reading = reading(costed, 0);
      Amounts amounts = new Amounts(1, 0, 0, 1, 1, amount, amount.negate(), amount);
      var costing = (Costing) reading;
      var changed =
          new Costing(
              costing.eventId(),
              costing.month(),
              null,
              costing.digest(),
              null,
              costing.usageSource(),
              costing.status(),
              costing.rollup(),
              amounts,
              EventBody.of(costing.eventId(), amounts, costed.event()));
      writer.ledger.write(List.of(writer.placed(changed)), (connection, verdicts) -> {});

      assertThat(sum("select total_cost from cost_entry where event_id = '" + costed.id() + "'"))
          .isEqualTo(amount);
      assertThat(sum("select prompt_cost from cost_entry where event_id = '" + costed.id() + "'"))
          .isEqualTo(amount.negate());
    }
  }

  private static Reading reading(Costed costed, int partition) {
    return CostingRules.read(costed.event(), partition, NOW, EventBody::of);
  }

  private long count(String query) {
    Long count = sql.sql(query).query(Long.class).single();
    return count == null ? 0 : count;
  }

  private BigDecimal sum(String query) {
    BigDecimal sum = sql.sql(query).query(BigDecimal.class).single();
    return sum == null ? BigDecimal.ZERO : sum;
  }

  /** One consumer of one partition. */
  private final class Writer {
    private final Stream stream;
    private final Ledger ledger;
    private long next;
    private List<Verdict> last = List.of();

    Writer(int partition) {
      stream = new Stream(topicId, "llm.request.costed", partition);
      ledger = new Ledger(dataSource, new Partitions(dataSource), Clock.systemUTC());
      new Offsets(dataSource).position(stream, 0);
    }

    List<Outcome> write(Costed... events) {
      List<Placed> batch = place(List.of(events));
      try {
        last = ledger.write(batch, (connection, verdicts) -> {});
      } catch (RefusedRecordException e) {
        throw new AssertionError(e);
      }
      next = batch.getLast().next();
      return last.stream().map(Verdict::outcome).toList();
    }

    List<Outcome> writeAtLast(List<Costed> events) {
      while (true) {
        try {
          return write(events.toArray(Costed[]::new));
        } catch (StoreUnavailableException e) {
          assertThat(e).hasMessageMatching("(?s)PostgreSQL: (23505|40P01|42P01) .*");
        }
      }
    }

    Refusal.Cause lastRefusal() {
      return last.stream()
          .filter(Verdict.Refused.class::isInstance)
          .map(verdict -> ((Verdict.Refused) verdict).refusal().cause())
          .findFirst()
          .orElseThrow();
    }

    List<Placed> place(List<Costed> events) {
      List<Placed> batch = new ArrayList<>();
      long at = next;
      for (Costed event : events) {
        batch.add(new Placed(stream, at, at + 1, NOW, reading(event, stream.partition())));
        at++;
      }
      return batch;
    }

    Placed placed(Reading reading) {
      return new Placed(stream, next, ++next, NOW, reading);
    }
  }
}
