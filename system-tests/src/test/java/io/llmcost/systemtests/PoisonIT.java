package io.llmcost.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.llmcost.cli.terminal.Table;
import io.llmcost.schemas.Meters;
import io.llmcost.schemas.Topics;
import io.llmcost.systemtests.Poison.Kind;
import java.io.IOException;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Ten kinds of poison among good events: what is good is recorded, what is not becomes a dead
 * letter with its cause, and once a cause is mended one replay brings its records in, each once.
 * The full form: {@code -Dllmcost.poison.good=200000 -Dllmcost.poison.poison=10000}.
 */
class PoisonIT {
  private static final int PORT_OFFSET = 4_700;
  private static final int GOOD = Integer.getInteger("llmcost.poison.good", 6_000);
  private static final int POISON = Integer.getInteger("llmcost.poison.poison", 300);

  /** Of the kind that fills the disks. */
  private static final int LARGE = Math.min(20, POISON / 100);

  /** One good event in so many comes from a producer with a newer schema. */
  private static final int NEWER_OF = 20;

  private static final List<Kind> KINDS = List.of(Kind.values());
  private static final Duration LIMIT = Duration.ofMinutes(10);
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private static RunningStack stack;
  private static LedgerTables ledger;

  @BeforeAll
  static void start() throws IOException {
    stack = RunningStack.start(PORT_OFFSET);
    ledger = new LedgerTables(stack.address("postgres"));
  }

  @AfterAll
  static void stop() throws IOException {
    stack.close();
  }

  @Test
  void poisonStopsNothingAndComesInOnceItsCauseIsMended() throws Exception {
    Events good = new Events(PORT_OFFSET, GOOD);
    Events later = new Events(PORT_OFFSET + 1, POISON);
    good.setPrices(stack);
    later.setPrices(stack);
    raiseLimit();
    NewerSchemas schemas = new NewerSchemas(stack);
    Map<UUID, BigDecimal> expected = new HashMap<>();
    try (Wire wire = new Wire(stack)) {
      sendFirst(wire, good, expected);
      int newer = schemas.register(1);
      Poison poison = new Poison(wire, good, later, newer + 1);
      sendMixed(wire, good, newer, poison, expected);
      awaitLedger(expected, poison.count());

      assertCauses(poison);
      assertExact(expected);

      assertThat(schemas.register(2)).as("the id that was unknown").isEqualTo(newer + 1);
      poison.numbers(Kind.UNKNOWN_SCHEMA).forEach(n -> expected.put(later.id(n), later.cost(n)));
      for (int n : poison.numbers(Kind.UNKNOWN_EVENT)) {
        wire.send(Topics.COMPLETED, later.event(n), wire.encode(Topics.COMPLETED, later.event(n)));
        expected.put(later.id(n), Poison.REPRICED);
      }
      wire.finish();
      mendQuantities(poison, later, expected);
      ledger.awaitEvents(
          GOOD + poison.numbers(Kind.UNKNOWN_EVENT).size(), LIMIT); // before their repricings

      int repairable = repairable(poison);
      JsonNode first = replayOpen();
      assertThat(first.path("selected").asLong()).isEqualTo(poison.count());
      assertThat(first.path("recorded").asLong()).as(first.toString()).isEqualTo(repairable);
      assertThat(first.path("failed").asLong()).isEqualTo(poison.count() - repairable);
      assertExact(expected);
      print(poison);
      BigDecimal rows = ledger.number("select count(*) from cost_entry");

      JsonNode second = replayOpen();
      assertThat(second.path("selected").asLong()).isEqualTo(poison.count() - repairable);
      assertThat(second.path("recorded").asLong()).as(second.toString()).isZero();
      assertThat(ledger.number("select count(*) from cost_entry")).isEqualByComparingTo(rows);
      assertExact(expected);
    }
  }

  /** An operator's doing: larger records, whose dead letters must fit all the same. */
  private static void raiseLimit() throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", stack.address("kafka")))) {
      admin
          .incrementalAlterConfigs(
              Map.of(
                  new ConfigResource(ConfigResource.Type.TOPIC, Topics.COMPLETED),
                  List.of(
                      new AlterConfigOp(
                          new ConfigEntry("max.message.bytes", Integer.toString(6 << 20)),
                          AlterConfigOp.OpType.SET))))
          .all()
          .get();
    }
  }

  /** Both schemas of today are registered once one event went all the way. */
  private static void sendFirst(Wire wire, Events good, Map<UUID, BigDecimal> expected)
      throws Exception {
    wire.send(Topics.COMPLETED, good.event(0), wire.encode(Topics.COMPLETED, good.event(0)));
    wire.finish();
    expected.put(good.id(0), good.cost(0));
    ledger.awaitEvents(1, LIMIT);
  }

  private static void sendMixed(
      Wire wire, Events good, int newer, Poison poison, Map<UUID, BigDecimal> expected)
      throws Exception {
    int sent = 0;
    int large = 0;
    for (int n = 1; n < GOOD; n++) {
      var event = good.event(n);
      wire.send(
          Topics.COMPLETED,
          event,
          n % NEWER_OF == 0
              ? wire.encodeNewer(Topics.COMPLETED, event, newer, 1)
              : wire.encode(Topics.COMPLETED, event));
      expected.put(good.id(n), good.cost(n));
      for (; sent < (long) POISON * n / (GOOD - 1); sent++) {
        Kind kind = KINDS.get(sent % KINDS.size());
        if (kind == Kind.FIVE_MEGABYTES && large++ >= LARGE) {
          kind = Kind.RANDOM_BYTES;
        }
        poison.send(kind, sent);
      }
    }
    wire.finish();
  }

  private static void awaitLedger(Map<UUID, BigDecimal> expected, int letters) {
    ledger.awaitEvents(expected.size(), LIMIT);
    await("%,d dead letters".formatted(letters))
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(500))
        .until(() -> count("select count(*) from dead_letter") >= letters);
  }

  private static void assertCauses(Poison poison) throws SQLException {
    Map<Kind, Integer> found = new EnumMap<>(Kind.class);
    ledger.eachText(
        "select convert_from(key, 'UTF8'), cause from dead_letter",
        (key, cause) -> {
          Kind kind = poison.kind(key);
          assertThat(cause).as("cause of %s", kind).isEqualTo(kind.cause);
          found.merge(kind, 1, Integer::sum);
        });
    for (Kind kind : Kind.values()) {
      assertThat(found.getOrDefault(kind, 0))
          .as("dead letters of %s", kind)
          .isEqualTo(poison.numbers(kind).size());
    }
  }

  private static void assertExact(Map<UUID, BigDecimal> expected) throws SQLException {
    Recorded recorded = Recorded.of(expected, ledger);
    assertThat(recorded.events()).as("recorded").isEqualTo(expected.size());
    assertThat(recorded.others()).as("events that were not good").isZero();
    assertThat(recorded.different()).as("with another cost").isZero();
    Llmcost.Result verify = stack.tryCommand("verify", "--deep", "--timeout", "2m");
    assertThat(verify.exit()).as(verify.output()).isZero();
  }

  /** An operator mends what a producer sent: the quantity was meant without its sign. */
  private static void mendQuantities(Poison poison, Events later, Map<UUID, BigDecimal> expected) {
    for (int n : poison.numbers(Kind.NEGATIVE_QUANTITY)) {
      String key = later.id(n).toString();
      JsonNode letters = get("/v1/dead-letters?key=" + key);
      String id = letters.path("data").get(0).path("id").asString();
      post(
          "/v1/dead-letters/" + id + "/edit",
          """
          {"patch": {"usage": [{"meter": "input", "quantity": "7.000000000"}]},
           "reason": "the producer's sign was wrong"}
          """);
      expected.put(later.id(n), Events.cost(Meters.INPUT, new BigDecimal(7)));
    }
  }

  private static int repairable(Poison poison) {
    return poison.numbers(Kind.UNKNOWN_SCHEMA).size()
        + poison.numbers(Kind.UNKNOWN_EVENT).size()
        + poison.numbers(Kind.NEGATIVE_QUANTITY).size();
  }

  /** Replays every open dead letter; returns the replay once the end of each is known. */
  private static JsonNode replayOpen() {
    JsonNode made = post("/v1/replays", "{\"selector\": {\"state\": \"open\"}, \"rate\": 5000}");
    String path = "/v1/replays/" + made.path("id").asString();
    return await("the replay's end")
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(500))
        .until(() -> get(path), replay -> replay.path("state").asString().equals("done"));
  }

  private static void print(Poison poison) throws SQLException {
    Map<Kind, Integer> recorded = new EnumMap<>(Kind.class);
    ledger.eachText(
        "select convert_from(key, 'UTF8'), state from dead_letter where state = 'recorded'",
        (key, state) -> recorded.merge(poison.kind(key), 1, Integer::sum));
    Table table =
        new Table()
            .text("among %,d good events".formatted(GOOD))
            .number("sent")
            .text("refused as")
            .number("recorded by the replay");
    for (Kind kind : Kind.values()) {
      table.row(
          kind.name(),
          "%,d".formatted(poison.numbers(kind).size()),
          kind.cause,
          "%,d".formatted(recorded.getOrDefault(kind, 0)));
    }
    System.out.println("\n" + table.render());
  }

  private static long count(String sql) throws SQLException {
    return ledger.number(sql).longValue();
  }

  private static JsonNode get(String path) {
    var answer = stack.send("GET", stack.url("recorder") + path, stack.token("operator"), null);
    assertThat(answer.statusCode()).as("%s: %s", path, answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }

  private static JsonNode post(String path, String body) {
    var answer = stack.post(stack.url("recorder") + path, stack.token("operator"), body);
    assertThat(answer.statusCode()).as("%s: %s", path, answer.body()).isBetween(200, 299);
    return JSON.readTree(answer.body());
  }
}
