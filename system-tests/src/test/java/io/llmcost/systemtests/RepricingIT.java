package io.llmcost.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.llmcost.schemas.LlmRequestCompleted;
import io.llmcost.schemas.Meters;
import io.llmcost.schemas.UsageItem;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * History put right on a whole stack: what a dry run shows is what the ledger's sum moves by, once,
 * whoever dies in between, and the original rows are as they were.
 */
@TestMethodOrder(MethodOrderer.MethodName.class)
class RepricingIT {
  private static final int PORT_OFFSET = 5_300;
  private static final int EVENTS = 3_000;
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final JsonMapper json = JsonMapper.builder().build();

  private static RunningStack stack;
  private static LedgerTables ledger;
  private static Events events;
  private static String model = "";
  private static BigDecimal outputTokens = BigDecimal.ZERO;
  private static BigDecimal outputPrice;
  private static String originals;

  @BeforeAll
  static void start() throws Exception {
    stack = RunningStack.start(PORT_OFFSET);
    ledger = new LedgerTables(stack.address("postgres"));
    events = new Events(PORT_OFFSET, EVENTS);
    events.setPrices(stack);
    send(events, EVENTS);
    ledger.awaitEvents(EVENTS, LIMIT);
    for (int i = 0; i < EVENTS; i++) {
      LlmRequestCompleted event = events.event(i);
      model = event.getModel();
      outputTokens = outputTokens.add(output(event));
    }
    outputPrice = Events.cost(Meters.OUTPUT, new BigDecimal(1_000_000));
    originals = originals();
  }

  @AfterAll
  static void stop() throws IOException {
    stack.close();
  }

  private static void send(Events events, int count) throws InterruptedException {
    try (EventSender sender = new EventSender(stack, events)) {
      for (int i = 0; i < count; i++) {
        sender.send(i);
      }
      sender.finish();
    }
  }

  private static BigDecimal output(LlmRequestCompleted event) {
    return event.getUsage().stream()
        .filter(item -> item.getMeter().equals(Meters.OUTPUT))
        .map(UsageItem::getQuantity)
        .reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  /** Puts another price of output in force since January; returns what that should move. */
  private static BigDecimal changeOutputPrice(String price) {
    stack.command(
        "prices",
        "set",
        "--provider",
        "openai",
        "--model",
        model,
        "--meter",
        Meters.OUTPUT,
        "--unit-price",
        price,
        "--effective-from",
        "2026-01-01",
        "--replace");
    BigDecimal difference =
        new BigDecimal(price).subtract(outputPrice).multiply(outputTokens).movePointLeft(6);
    outputPrice = new BigDecimal(price);
    return difference;
  }

  private static BigDecimal sum() throws SQLException {
    return ledger.number("select sum(total_cost) from cost_entry");
  }

  /** A fingerprint of every original row, whole. */
  private static String originals() throws SQLException {
    StringBuilder found = new StringBuilder();
    ledger.eachText(
        """
        select count(*)::text, md5(string_agg(e::text, '|' order by event_id))
        from cost_entry e where revision = 0 and billed_model = '%s'
        """
            .formatted(model),
        (count, hash) -> found.append(count).append(' ').append(hash));
    return found.toString();
  }

  private static String[] reprice(String... more) {
    return Stream.concat(
            Stream.of(
                "prices",
                "reprice",
                "--from",
                Instant.now().minus(Duration.ofHours(3)).toString(),
                "--model",
                model,
                "--reason",
                "a late price",
                "--format",
                "json"),
            Stream.of(more))
        .toArray(String[]::new);
  }

  private static JsonNode makeAndApply(int rate) {
    HttpResponse<String> answer =
        stack.post(
            stack.url("calculator") + "/v1/repricings",
            stack.token("price_admin"),
            """
            {"selector": {"from": "%s", "model": ["%s"]}, "reason": "test", "dry_run": false,
             "rate": %d}
            """
                .formatted(Instant.now().minus(Duration.ofHours(3)), model, rate));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    return json.readTree(answer.body());
  }

  private static JsonNode look(JsonNode repricing) {
    return json.readTree(
        stack
            .send(
                "GET",
                stack.url("calculator") + "/v1/repricings/" + repricing.path("id").asString(),
                stack.token("reader"),
                null)
            .body());
  }

  private static JsonNode awaitApplied(JsonNode repricing) {
    return await("applied")
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(200))
        .ignoreExceptions()
        .until(() -> look(repricing), now -> now.path("state").asString().equals("applied"));
  }

  private static void assertLedgerIsSound() throws SQLException {
    assertThat(originals()).as("the original rows").isEqualTo(originals);
    Llmcost.Result verify = stack.tryCommand("verify", "--deep");
    assertThat(verify.exit()).as(verify.output()).isZero();
  }

  @Test
  void a_theSumMovesByWhatWasShownOnce() throws SQLException {
    BigDecimal before = sum();
    BigDecimal expected = changeOutputPrice("0.7300000009");

    JsonNode shown = json.readTree(stack.command(reprice("--dry-run")));
    assertThat(shown.path("dry_run").path("changed").asInt()).isEqualTo(EVENTS);
    BigDecimal difference = new BigDecimal(shown.path("dry_run").path("difference").asString());
    assertThat(difference).isEqualByComparingTo(expected);
    assertThat(sum()).as("nothing was sent").isEqualByComparingTo(before);

    String id = shown.path("id").asString();
    String applied = stack.command("prices", "reprice", "--id", id, "--apply");
    assertThat(applied)
        .contains("applied", "3,000 recorded, 0 unchanged, 0 outstanding")
        .contains("+" + expected.stripTrailingZeros().toPlainString());
    assertThat(sum().subtract(before)).isEqualByComparingTo(expected);

    stack.command("prices", "reprice", "--id", id, "--apply");
    assertThat(stack.command(reprice("--apply", "--yes"))).contains("\"changed\" : 0");
    assertThat(sum().subtract(before)).as("once").isEqualByComparingTo(expected);
    assertThat(ledger.number("select count(*) from cost_entry where revision > 0"))
        .isEqualByComparingTo(new BigDecimal(EVENTS));
    assertLedgerIsSound();
  }

  @Test
  void b_killedInTheMiddleItGoesOnAndMovesTheSumOnce() throws SQLException {
    BigDecimal before = sum();
    BigDecimal expected = changeOutputPrice("0.5500000003");

    JsonNode repricing = makeAndApply(600);
    await("some of it is sent")
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> look(repricing).path("apply").path("changed").asInt() >= 500);
    long pid = stack.pid("cost-calculator");
    assertThat(new StackProcess(stack, "cost-calculator").kill()).isTrue();
    JsonNode applied = awaitApplied(repricing);

    assertThat(stack.pid("cost-calculator")).as("another process").isNotEqualTo(pid);
    assertThat(applied.path("apply").path("changed").asInt()).isEqualTo(EVENTS);
    assertThat(applied.path("ledger").path("recorded").asInt()).isEqualTo(EVENTS);
    assertThat(new BigDecimal(applied.path("ledger").path("difference").asString()))
        .isEqualByComparingTo(expected);
    assertThat(sum().subtract(before)).isEqualByComparingTo(expected);
    assertLedgerIsSound();
  }

  @Test
  void c_twoAtOnceMoveTheSumOnce() throws SQLException {
    BigDecimal before = sum();
    BigDecimal expected = changeOutputPrice("0.9900000001");

    List<JsonNode> both =
        List.of(1, 2).parallelStream().map(number -> makeAndApply(2_000)).toList();
    both.forEach(RepricingIT::awaitApplied);

    assertThat(sum().subtract(before)).isEqualByComparingTo(expected);
    BigDecimal moved = BigDecimal.ZERO;
    for (JsonNode one : both) {
      JsonNode now = look(one);
      assertThat(now.path("ledger").path("outstanding").asInt()).isZero();
      moved = moved.add(new BigDecimal(now.path("ledger").path("difference").asString()));
    }
    assertThat(moved).isEqualByComparingTo(expected);
    assertLedgerIsSound();
  }

  @Test
  void d_correctionsAndVoidsMoveCountsAndCostOnce() throws SQLException {
    UUID corrected = events.id(1);
    String shown =
        stack.command(
            "correct",
            corrected.toString(),
            "--usage",
            "output=1000000",
            "--reason",
            "miscounted",
            "--yes");
    assertThat(shown).contains("applied", "1 recorded");
    JsonNode request = stack.request(corrected.toString());
    assertThat(request.path("cost").path("total").asString()).isEqualTo("0.9900000001");
    assertThat(request.path("completion_tokens").asInt()).isEqualTo(1_000_000);
    assertThat(request.path("prompt_tokens").asInt()).isZero();

    UUID voided = events.id(2);
    BigDecimal requests = ledger.number("select sum(requests) from cost_rollup");
    stack.command("correct", voided.toString(), "--void", "--reason", "a load test", "--yes");
    assertThat(stack.request(voided.toString()).path("cost").path("total").asString())
        .isEqualTo("0");
    assertThat(ledger.number("select sum(requests) from cost_rollup"))
        .isEqualByComparingTo(requests.subtract(BigDecimal.ONE));

    BigDecimal before = sum();
    assertThat(stack.command("correct", voided.toString(), "--void", "--reason", "again", "--yes"))
        .contains("nothing would change");
    assertThat(sum()).isEqualByComparingTo(before);
    Llmcost.Result refused =
        stack.tryCommand(
            "correct", voided.toString(), "--usage", "input=-1", "--reason", "r", "--yes");
    assertThat(refused.exit()).isNotZero();
    assertThat(refused.output()).contains("usage[0].quantity", "negative");
    assertLedgerIsSound();
  }

  @Test
  void e_aPriceThatComesLateIsAppliedToThePast() throws Exception {
    Events unpriced = new Events(PORT_OFFSET + 1, 5);
    long rows = ledger.number("select count(*) from cost_entry").longValue();
    send(unpriced, 5);
    ledger.awaitEvents(rows + 5, LIMIT);
    String name = unpriced.event(0).getModel();
    BigDecimal expected = BigDecimal.ZERO;
    for (int i = 0; i < 5; i++) {
      expected = expected.add(output(unpriced.event(i)).movePointLeft(6));
    }

    String said =
        stack.command(
            "prices",
            "set",
            "--provider",
            "openai",
            "--model",
            name,
            "--meter",
            Meters.OUTPUT,
            "--unit-price",
            "1",
            "--effective-from",
            "2026-01-01",
            "--apply-to-past",
            "--yes");

    assertThat(said).contains("5 recorded, 0 unchanged, 0 outstanding");
    assertThat(
            ledger.number(
                "select sum(completion_cost) from cost_entry where billed_model = '" + name + "'"))
        .isEqualByComparingTo(expected);
    assertLedgerIsSound();
  }
}
