package io.llmcost.calculator.repricing;

import static io.llmcost.calculator.CalculatorFixture.PRICE_ADMIN;
import static io.llmcost.calculator.CalculatorFixture.READER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.llmcost.calculator.CalculatorFixture;
import io.llmcost.calculator.CalculatorFixture.Answer;
import io.llmcost.schemas.CompletionDigests;
import io.llmcost.schemas.EventIds;
import io.llmcost.schemas.LlmRequestCosted;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** The calculator's side; what the ledger makes of it is the system tests' to show. */
class RepricingIT {
  private static final CalculatorFixture calculator = CalculatorFixture.shared();
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static LedgerStandIn ledger;

  private final String model = "past-" + UUID.randomUUID();
  private final Instant at =
      Instant.now().minus(Duration.ofHours(3)).truncatedTo(ChronoUnit.MICROS);

  @BeforeAll
  static void makeLedger() {
    ledger = new LedgerStandIn(calculator);
  }

  private void price(String unitPrice) {
    Answer answer =
        calculator.post(
            "/v1/prices?replace=true",
            PRICE_ADMIN,
            """
            {"provider": "openai", "model": "%s", "meter": "input", "unit_price": "%s",
             "unit": 1000000, "effective_from": "2026-01-01"}\
            """
                .formatted(model, unitPrice));
    assertThat(answer.status()).isEqualTo(201);
  }

  private Answer make(boolean dryRun, String more) {
    return calculator.post(
        "/v1/repricings",
        PRICE_ADMIN,
        """
        {"selector": {"from": "%s", "model": ["%s"]%s}, "reason": "test", "dry_run": %s}\
        """
            .formatted(at.minusSeconds(60), model, more, dryRun));
  }

  private static JsonNode awaitState(String path, String state) {
    return await()
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(50))
        .until(
            () -> calculator.get(path, READER).json(),
            json -> json.path("state").asString().equals(state));
  }

  private JsonNode examined(String more) {
    Answer made = make(true, more);
    assertThat(made.status()).as(made.json().toString()).isEqualTo(201);
    return awaitState("/v1/repricings/" + made.text("id"), "examined");
  }

  @Test
  void whatADryRunShowsIsWhatIsSentOnce() {
    for (int i = 0; i < 3; i++) {
      ledger.record(model, at.plusSeconds(i), 1_000, "0.002");
    }
    ledger.record(model, at.minus(Duration.ofHours(1)), 1_000, "0.002");
    ledger.record(model, at, 1_000, "0.005");
    price("5");

    JsonNode found = examined("");

    JsonNode dryRun = found.path("dry_run");
    assertThat(dryRun.path("examined").asInt()).isEqualTo(4);
    assertThat(dryRun.path("changed").asInt()).isEqualTo(3);
    assertThat(dryRun.path("unchanged").asInt()).isEqualTo(1);
    assertThat(dryRun.path("difference").asString()).isEqualTo("0.009");
    assertThat(dryRun.path("by_day_and_model"))
        .singleElement()
        .satisfies(row -> assertThat(row.path("model").asString()).isEqualTo(model));
    String id = found.path("id").asString();
    assertThat(LedgerStandIn.sent(id)).isEmpty();

    assertThat(calculator.post("/v1/repricings/" + id + "/apply", PRICE_ADMIN, "{}").status())
        .isEqualTo(200);
    awaitState("/v1/repricings/" + id, "sent");
    List<LlmRequestCosted> sent = LedgerStandIn.sent(id);
    assertThat(sent).hasSize(3);
    assertThat(sent)
        .allSatisfy(
            target -> {
              assertThat(target.getTotalCost()).isEqualByComparingTo("0.005");
              assertThat(target.getCompletionDigest())
                  .isEqualTo(CompletionDigests.of(target.getCompleted()));
              assertThat(target.getCompleted().getTags()).containsEntry("team", "a \"b\"");
            });

    BigDecimal before = ledger.sumOf(model);
    sent.forEach(ledger::take);
    ledger.isThrough();
    JsonNode applied = awaitState("/v1/repricings/" + id, "applied");
    assertThat(ledger.sumOf(model).subtract(before)).isEqualByComparingTo("0.009");
    assertThat(applied.path("apply").path("changed").asInt()).isEqualTo(3);
    assertThat(applied.path("ledger").path("recorded").asInt()).isEqualTo(3);
    assertThat(applied.path("ledger").path("outstanding").asInt()).isZero();
    assertThat(applied.path("ledger").path("difference").asString()).isEqualTo("0.009");
    assertThat(applied.path("acts").valueStream().map(act -> act.path("act").asString()))
        .containsExactly("make", "examined", "apply", "sent", "applied");
    assertThat(applied.path("acts").get(0).path("who").asString()).isEqualTo("alice");

    assertThat(calculator.post("/v1/repricings/" + id + "/apply", PRICE_ADMIN, "{}").status())
        .isEqualTo(200);
    assertThat(LedgerStandIn.sent(id)).hasSize(3);
    assertThat(examined("").path("dry_run").path("changed").asInt()).isZero();
  }

  @Test
  void whatWasShownByAnotherBookIsNotApplied() {
    ledger.record(model, at, 1_000, "0.002");
    price("5");
    String id = examined("").path("id").asString();
    price("6");

    Answer refused = calculator.post("/v1/repricings/" + id + "/apply", PRICE_ADMIN, "{}");

    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.text("field")).isEqualTo("price_book_version");
    assertThat(refused.text("reason")).contains("new dry run");
    assertThat(LedgerStandIn.sent(id)).isEmpty();
    assertThat(calculator.post("/v1/repricings/" + id + "/cancel", PRICE_ADMIN, "{}").text("state"))
        .isEqualTo("cancelled");
    assertThat(calculator.post("/v1/repricings/" + id + "/apply", PRICE_ADMIN, "{}").status())
        .isEqualTo(409);
  }

  @Test
  void selectionsByStatusAndPriceLeaveTheRestAlone() {
    ledger.record(model, at, 1_000, "0.002");
    price("5");

    assertThat(
            examined(", \"cost_status\": [\"UNPRICED\"]").path("dry_run").path("examined").asInt())
        .isZero();
    assertThat(examined(", \"price_id\": [\"1\"]").path("dry_run").path("examined").asInt())
        .isZero();
    String priceId =
        calculator
            .get("/v1/prices?model=" + model, READER)
            .json()
            .path("data")
            .get(0)
            .path("id")
            .asString();
    assertThat(
            examined(", \"price_id\": [\"" + priceId + "\"]")
                .path("dry_run")
                .path("changed")
                .asInt())
        .isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"reason\": \"r\"} | selector.from",
        "{\"reason\": \"r\", \"selector\": {\"from\": \"soon\"}} | selector.from",
        "{\"reason\": \"r\", \"selector\": {\"from\": \"2019-01-01\"}} | selector.from",
        "{\"reason\": \"r\", \"selector\": {\"from\": \"2999-01-01\"}} | selector.from",
        "{\"reason\": \"r\", \"selector\": {\"from\": \"2026-01-01\", \"to\": \"2999-01-01\"}} |"
            + " selector.to",
        "{\"reason\": \"r\", \"selector\": {\"from\": \"2026-03-01\", \"to\": \"2026-02-01\"}} |"
            + " selector.from",
        "{\"reason\": \"r\", \"selector\": {\"from\": \"2026-01-01\", \"cost_status\":"
            + " [\"CHEAP\"]}} | selector.cost_status",
        "{\"reason\": \"r\", \"selector\": {\"from\": \"2026-01-01\", \"model\": [\"\"]}} |"
            + " selector.model",
        "{\"reason\": \"r\", \"selector\": {\"from\": \"2026-01-01\"}, \"rate\": 0} | rate",
        "{\"selector\": {\"from\": \"2026-01-01\"}} | reason",
      })
  void badSelectionsAreProblemsThatNameTheField(String body, String field) {
    Answer answer = calculator.post("/v1/repricings", PRICE_ADMIN, body);

    assertThat(answer.status()).as(answer.json().toString()).isEqualTo(400);
    assertThat(answer.text("field")).as(answer.json().toString()).isEqualTo(field);
    assertThat(answer.text("reason")).isNotEmpty();
  }

  @Test
  void readersOnlyLookAndUnknownIdsAreNotFound() {
    assertThat(calculator.post("/v1/repricings", READER, "{}").status()).isEqualTo(403);
    assertThat(calculator.post("/v1/corrections", READER, "{}").status()).isEqualTo(403);
    assertThat(calculator.get("/v1/repricings?limit=1", READER).status()).isEqualTo(200);
    assertThat(calculator.get("/v1/repricings/" + UUID.randomUUID(), READER).status())
        .isEqualTo(404);
    assertThat(
            calculator
                .post("/v1/repricings/" + UUID.randomUUID() + "/apply", PRICE_ADMIN, "{}")
                .status())
        .isEqualTo(404);
  }

  @Test
  void aCorrectionIsMadeOnceForItsKey() {
    UUID event = ledger.record(model, at, 1_000, "0.002");
    price("2");
    String body =
        """
        {"event_id": "%s", "usage": [{"meter": "input", "quantity": 10}], "reason": "miscounted"}\
        """
            .formatted(event);
    String key = UUID.randomUUID().toString();

    Answer made = correct(body, key);
    assertThat(made.status()).as(made.json().toString()).isEqualTo(201);
    Answer again = correct(body, key);
    assertThat(again.status()).isEqualTo(200);
    assertThat(again.text("id")).isEqualTo(made.text("id"));
    assertThat(correct(body.replace("10", "11"), key).status()).isEqualTo(409);

    awaitSent("/v1/corrections/" + made.text("id"));
    List<LlmRequestCosted> sent = LedgerStandIn.sent(made.text("id"));
    assertThat(sent).hasSize(1);
    assertThat(sent.getFirst().getTotalCost()).isEqualByComparingTo("0.00002");
    assertThat(sent.getFirst().getCorrects()).isNotNull();
  }

  private static void awaitSent(String path) {
    await()
        .atMost(LIMIT)
        .until(
            () -> List.of("sent", "applied").contains(calculator.get(path, READER).text("state")));
  }

  private static Answer correct(String body, String key) {
    return calculator.post(
        "/v1/corrections",
        PRICE_ADMIN,
        body.getBytes(StandardCharsets.UTF_8),
        "Content-Type",
        "application/json",
        "Idempotency-Key",
        key);
  }

  @Test
  void aVoidIsShownBeforeItIsApplied() {
    UUID event = ledger.record(model, at, 1_000, "0.002");

    Answer made =
        calculator.post(
            "/v1/corrections",
            PRICE_ADMIN,
            "{\"corrections\": [{\"event_id\": \"%s\", \"void\": true}], \"reason\": \"a test\", \"dry_run\": true}"
                .formatted(event));
    assertThat(made.status()).as(made.json().toString()).isEqualTo(201);
    String path = "/v1/corrections/" + made.text("id");

    assertThat(awaitState(path, "examined").path("dry_run").path("difference").asString())
        .isEqualTo("-0.002");
    assertThat(LedgerStandIn.sent(made.text("id"))).isEmpty();
    calculator.post(path + "/apply", PRICE_ADMIN, "{}");
    awaitSent(path);
    assertThat(LedgerStandIn.sent(made.text("id")))
        .singleElement()
        .satisfies(target -> assertThat(target.getCostStatus()).isEqualTo("VOID"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"usage\": [{\"meter\": \"input\", \"quantity\": -1}] | usage[0].quantity",
        "\"usage\": [{\"meter\": \"input\", \"quantity\": 1e30}] | usage[0].quantity",
        "\"usage\": [{\"meter\": \"input\", \"quantity\": 0.1234567891}] | usage[0].quantity",
        "\"usage\": [{\"meter\": \"smells\", \"quantity\": 1}] | usage[0].meter",
        "\"usage\": [{\"quantity\": 1}] | usage[0].meter",
        "\"usage\": [] | usage",
        "\"usage\": [{\"meter\": \"input\", \"quantity\": 1}], \"void\": true | usage",
        "\"void\": false | usage",
        "\"usage\": [{\"meter\": \"input\", \"quantity\": 1}, {\"meter\": \"input\", \"quantity\":"
            + " 1}] | usage[1].meter",
        "\"void\": true, \"context_tokens\": 7 | context_tokens",
      })
  void badCorrectionsAreProblemsThatNameTheField(String what, String field) {
    UUID event = ledger.record(model, at, 1_000, "0.002");

    Answer answer =
        calculator.post(
            "/v1/corrections",
            PRICE_ADMIN,
            "{\"event_id\": \"%s\", %s, \"reason\": \"r\"}".formatted(event, what));

    assertThat(answer.status()).as(answer.json().toString()).isEqualTo(400);
    assertThat(answer.text("field")).isEqualTo(field);
  }

  @Test
  void anUnknownEventAndASealedMonthAreToldApart() {
    String unknown = EventIds.derive(at, "test", UUID.randomUUID().toString()).toString();
    assertThat(voidOf(unknown).text("field")).isEqualTo("event_id");
    assertThat(voidOf(unknown).status()).isEqualTo(400);
    assertThat(voidOf("4711").status()).isEqualTo(400);

    ledger
        .sql
        .sql(
            """
            insert into sealed_month (month, sealed_at, entries, currency, requests,
              fallback_requests, unpriced_requests, prompt_tokens, completion_tokens, total_cost,
              prompt_cost, completion_cost)
            values ('2023-03-01', now(), 0, 'USD', 0, 0, 0, 0, 0, 0, 0, 0)
            """)
        .update();
    try {
      Instant sealed = Instant.parse("2023-03-05T00:00:00Z");
      Answer answer = voidOf(EventIds.derive(sealed, "test", "1").toString());
      assertThat(answer.status()).isEqualTo(409);
      assertThat(answer.text("reason")).contains("CLOSED_PERIOD", "2023-04-01");
      Answer range =
          calculator.post(
              "/v1/repricings",
              PRICE_ADMIN,
              "{\"selector\": {\"from\": \"2023-03-31\"}, \"reason\": \"r\"}");
      assertThat(range.status()).isEqualTo(409);
      assertThat(range.text("field")).isEqualTo("selector.from");
      assertThat(range.text("reason")).contains("2023-04-01");
    } finally {
      ledger.sql.sql("delete from sealed_month").update();
    }
  }

  private static Answer voidOf(String eventId) {
    return calculator.post(
        "/v1/corrections",
        PRICE_ADMIN,
        "{\"event_id\": \"%s\", \"void\": true, \"reason\": \"r\"}".formatted(eventId));
  }
}
