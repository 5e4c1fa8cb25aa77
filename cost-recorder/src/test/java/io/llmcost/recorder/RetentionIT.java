package io.llmcost.recorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.llmcost.recorder.ledger.Month;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Months ahead and months let go of, on a real ledger while it is written. */
class RetentionIT {
  private final HttpClient http = HttpClient.newHttpClient();
  private final JsonMapper json = new JsonMapper();

  @SuppressWarnings("NullAway.Init")
  private World world;

  @BeforeEach
  void newWorld() {
    world = new World();
  }

  @AfterEach
  void endWorld() {
    world.close();
    http.close();
  }

  private ConfigurableApplicationContext start(String... settings) {
    return world.start(settings);
  }

  @Test
  void thisMonthAndTheNextAreThereBeforeTheirEvents() {
    start();
    Month now = Month.of(Instant.now());
    await()
        .atMost(Duration.ofSeconds(30))
        .ignoreExceptions()
        .until(() -> partitions().containsAll(List.of(now.partition(), now.next().partition())));
  }

  @Test
  void sealedMonthsKeepTheirSumsAndTakeNoMoreEvents() throws Exception {
    List<Costed> old = events(Instant.parse("2026-01-15T10:00:00Z"), 30);
    List<Costed> later = events(Instant.parse("2026-03-02T10:00:00Z"), 20);
    List<Costed> recent = events(Instant.now(), 10);
    ConfigurableApplicationContext recorder = start();
    world.send(old);
    world.send(later);
    world.send(recent);
    world.awaitReceived(60);
    BigDecimal total = world.sum("select sum(total_cost) from cost_rollup");

    JsonNode preview = seal(recorder, "2026-02", true, Tokens.OPERATOR, 200);
    assertThat(preview.get("months").size()).isEqualTo(1);
    assertThat(preview.get("months").get(0).get("entries").longValue()).isEqualTo(30);
    assertThat(partitions()).contains("cost_entry_2026_01");
    assertThat(world.count("select count(*) from sealed_month")).isZero();

    JsonNode sealed = seal(recorder, "2026-02", false, Tokens.OPERATOR, 200);
    JsonNode month = sealed.get("months").get(0);
    assertThat(month.get("month").stringValue()).isEqualTo("2026-01");
    assertThat(month.get("sealed_by").stringValue()).isEqualTo("olga");
    assertThat(new BigDecimal(month.get("total_cost").stringValue()))
        .isEqualByComparingTo(
            old.stream().map(Costed::total).reduce(BigDecimal.ZERO, BigDecimal::add));
    assertThat(partitions()).doesNotContain("cost_entry_2026_01").contains("cost_entry_2026_03");
    assertThat(seal(recorder, "2026-02", false, Tokens.OPERATOR, 200).get("months").size())
        .isZero();

    assertThat(world.count("select count(*) from audit where act = 'seal_month' and who = 'olga'"))
        .isEqualTo(1);

    // A redelivery of what was there, and an event that comes too late: neither adds a cent.
    world.send(old.getFirst());
    world.send(events(Instant.parse("2026-01-20T10:00:00Z"), 1));
    world.send(events(Instant.now(), 1));
    world.awaitReceived(63);
    assertThat(
            world.count(
                "select sum(dead_lettered) from ledger_offset where topic = 'llm.request.costed'"))
        .isEqualTo(2);
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                world.count("select count(*) from dead_letter where cause = 'CLOSED_PERIOD'") == 2);
    assertThat(world.sum("select sum(total_cost) from cost_rollup"))
        .isEqualByComparingTo(
            world
                .sum("select sum(total_cost) from cost_entry")
                .add(world.sum("select sum(total_cost) from sealed_month")))
        .isGreaterThan(total);

    JsonNode status = send(recorder, "GET", "/v1/retention", null, Tokens.READER, 200);
    assertThat(status.get("sealed").get(0).get("month").stringValue()).isEqualTo("2026-01");
    assertThat(status.get("open").get(0).get("month").stringValue()).isEqualTo("2026-03");
  }

  @Test
  void refusalsSayWhy() throws Exception {
    ConfigurableApplicationContext recorder = start();
    String thisMonth = Month.of(Instant.now()).toString();
    String lastMonth =
        Month.of(
                LocalDate.now(ZoneOffset.UTC)
                    .minusMonths(1)
                    .atStartOfDay()
                    .toInstant(ZoneOffset.UTC))
            .toString();

    assertThat(seal(recorder, thisMonth, true, Tokens.OPERATOR, 409).get("field").stringValue())
        .isEqualTo("through");
    assertThat(seal(recorder, lastMonth, true, Tokens.OPERATOR, 409).get("detail").stringValue())
        .contains("can be sealed from");
    assertThat(seal(recorder, "2026-13", true, Tokens.OPERATOR, 400).get("field").stringValue())
        .isEqualTo("through");
    seal(recorder, "2026-01", true, Tokens.READER, 403);
    send(recorder, "POST", "/v1/retention/seal", "{}", Tokens.OPERATOR, 400);
  }

  @Test
  void sealingWhileLateEventsComeLosesAndDoublesNothing() throws Exception {
    ConfigurableApplicationContext recorder = start("--llmcost.recorder.max-poll-records=20");
    Instant at = Instant.parse("2026-02-15T10:00:00Z");
    world.send(events(at, 50));
    world.awaitReceived(50);
    AtomicBoolean done = new AtomicBoolean();
    List<Costed> late = new ArrayList<>();
    Thread sender =
        Thread.ofVirtual()
            .start(
                () -> {
                  while (!done.get()) {
                    List<Costed> some = events(at, 20);
                    world.send(some);
                    late.addAll(some);
                  }
                });
    Thread.sleep(1_500);
    seal(recorder, "2026-02", false, Tokens.OPERATOR, 200);
    Thread.sleep(1_000);
    done.set(true);
    sender.join();
    world.awaitReceived(50 + late.size());

    long sealed = world.count("select entries from sealed_month");
    long refused =
        world.count(
            "select sum(dead_lettered) from ledger_offset where topic = 'llm.request.costed'");
    assertThat(refused).isPositive();
    assertThat(sealed + refused).isEqualTo(50 + late.size());
    assertThat(world.sum("select sum(total_cost) from cost_rollup"))
        .isEqualByComparingTo(world.sum("select sum(total_cost) from sealed_month"));
    assertThat(world.count("select count(*) from cost_entry")).isZero();
  }

  @Test
  void aSettingSealsWhatIsNotKept() {
    start();
    world.send(events(Instant.parse("2025-01-15T10:00:00Z"), 5));
    world.awaitReceived(5);
    world.stopRecorders();

    start("--llmcost.recorder.retention.months=12");

    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> world.count("select count(*) from sealed_month where entries = 5") == 1);
    assertThat(partitions()).doesNotContain("cost_entry_2025_01");
  }

  private static List<Costed> events(Instant at, int count) {
    List<Costed> events = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      events.add(Costed.at(at.plusSeconds(i)).withTokens(i + 1, 1));
    }
    return events;
  }

  private List<String> partitions() {
    return world
        .sql()
        .sql(
            "select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid"
                + " where i.inhparent = 'cost_entry'::regclass")
        .query(String.class)
        .list();
  }

  private JsonNode seal(
      ConfigurableApplicationContext recorder,
      String through,
      boolean dryRun,
      String token,
      int status)
      throws Exception {
    String body = "{\"through\":\"%s\",\"dry_run\":%s}".formatted(through, dryRun);
    return send(recorder, "POST", "/v1/retention/seal", body, token, status);
  }

  private JsonNode send(
      ConfigurableApplicationContext recorder,
      String method,
      String path,
      @Nullable String body,
      String token,
      int status)
      throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + World.port(recorder) + path))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    return json.readTree(answer.body());
  }
}
