package io.llmcost.recorder.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.llmcost.recorder.Costed;
import io.llmcost.recorder.CutProxy;
import io.llmcost.recorder.Operator;
import io.llmcost.recorder.Tokens;
import io.llmcost.recorder.World;
import io.llmcost.schemas.ReplayHeaders;
import io.llmcost.schemas.Topics;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;

/** Dead letters sent again, on real parts: each once, followed to its end, whatever dies. */
class ReplayIT {
  private static final String ALL = "{'all': true}";

  @SuppressWarnings("NullAway.Init")
  private World world;

  @BeforeEach
  void newWorld() {
    world = new World();
  }

  @AfterEach
  void endWorld() {
    world.close();
  }

  @Test
  void aDryRunSaysWhatTheReplayThenDoesAndASecondReplayAddsNothing() {
    Operator operator = new Operator(world.start());
    List<Costed> originals = some(20);
    Costed settled = Costed.at(Instant.now());
    world.send(settled);
    // Repricings of events that are not there yet: repaired once they are.
    List<Costed> early = originals.stream().map(ReplayIT::repriced).toList();
    world.send(early);
    world.send(settled.withTokens(1, 1), settled.withTokens(2, 2));
    poison("garbage", new byte[] {9, 9});
    awaitLetters(23);
    world.send(originals);
    await().untilAsserted(() -> assertThat(rows("revision = 0")).isEqualTo(21));

    JsonNode tried = operator.post("/v1/replays", "{'all': true, 'dry_run': true}", 200);
    assertThat(tried.get("selected").intValue()).isEqualTo(23);
    assertThat(tried.get("would_succeed").intValue()).isEqualTo(20);
    assertThat(tried.get("would_fail").intValue()).isEqualTo(3);
    assertThat(tried.get("would_fail_by_cause").toString())
        .isEqualTo("{\"CONFLICT\":2,\"UNDECODABLE\":1}");
    assertThat(rows("revision = 1")).isZero();

    JsonNode done = operator.await(operator.replay(ALL), "done");
    assertThat(done.get("recorded")).isEqualTo(tried.get("would_succeed"));
    assertThat(done.get("failed")).isEqualTo(tried.get("would_fail"));
    assertThat(done.get("sent").intValue()).isEqualTo(23);
    assertThat(rows("revision = 1")).isEqualTo(20);
    assertThat(letters("true")).isEqualTo(23);
    assertThat(letters("state = 'recorded' and cause = 'UNKNOWN_EVENT'")).isEqualTo(20);
    assertThat(letters("state = 'open' and attempts = 2")).isEqualTo(3);
    for (JsonNode result : tried.get("results")) {
      String state =
          operator
              .get("/v1/dead-letters/" + result.get("dead_letter_id").stringValue())
              .get("state")
              .stringValue();
      assertThat(state)
          .isEqualTo(
              result.get("outcome").stringValue().equals("would_succeed") ? "recorded" : "open");
    }

    JsonNode again = operator.await(operator.replay(ALL), "done");
    assertThat(again.get("selected").intValue()).isEqualTo(3);
    assertThat(again.get("failed").intValue()).isEqualTo(3);
    assertThat(rows("true")).isEqualTo(41);
    world.assertRollupsEqualTheLedger();
  }

  @Test
  void twoLettersOfOneEventAreTriedOneAfterTheOther() {
    Operator operator = new Operator(world.start());
    Costed original = Costed.at(Instant.now());
    UUID repricing = UUID.randomUUID();
    world.send(original.withPrice("7").repricedBy(repricing));
    world.send(original.withPrice("7").repricedBy(repricing));
    awaitLetters(2);
    world.send(original);
    await().untilAsserted(() -> assertThat(rows("true")).isEqualTo(1));

    JsonNode tried = operator.post("/v1/replays", "{'all': true, 'dry_run': true}", 200);
    assertThat(tried.get("would_succeed").intValue()).isEqualTo(1);
    assertThat(tried.get("already_recorded").intValue()).isEqualTo(1);
    JsonNode done = operator.await(operator.replay(ALL), "done");
    assertThat(done.get("recorded").intValue()).isEqualTo(1);
    assertThat(done.get("already_recorded").intValue()).isEqualTo(1);
  }

  @Test
  void aLetterThatGoesOnFailingStaysOneEntryAndIsParked() {
    Operator operator = new Operator(world.start("--llmcost.recorder.dead-letters.max-attempts=3"));
    Costed event = Costed.at(Instant.now());
    world.send(event, event.withTokens(1, 1));
    awaitLetters(1);
    String id = onlyLetter();
    for (int attempts = 2; attempts <= 3; attempts++) {
      JsonNode done =
          operator.await(operator.replay("{'selector': {'cause': 'CONFLICT'}}"), "done");
      assertThat(done.get("failed").intValue()).isEqualTo(1);
      assertThat(letters("attempts = " + attempts)).isEqualTo(1);
    }
    assertThat(operator.get("/v1/dead-letters/" + id).get("state").stringValue())
        .isEqualTo("parked");

    assertThat(operator.await(operator.replay(ALL), "done").get("selected").intValue()).isZero();
    JsonNode refused =
        operator.post("/v1/replays", "{'selector': {'ids': ['%s']}}".formatted(id), 409);
    assertThat(refused.get("reason").stringValue()).contains("parked");
    JsonNode done =
        operator.await(
            operator.replay("{'selector': {'ids': ['%s']}, 'include_parked': true}".formatted(id)),
            "done");
    assertThat(done.get("failed").intValue()).isEqualTo(1);
    assertThat(letters("state = 'parked' and attempts = 4")).isEqualTo(1);
    assertThat(letters("true")).isEqualTo(1);
    List<String> acts =
        operator
            .get("/v1/dead-letters/" + id + "/audit")
            .get("data")
            .valueStream()
            .map(entry -> entry.get("act").stringValue())
            .toList();
    assertThat(acts)
        .containsExactly(
            "failed_again",
            "replay_letter",
            "failed_again",
            "replay_letter",
            "failed_again",
            "replay_letter");
  }

  @Test
  void aLetterOfTheFirstHopThatTheLedgerRefusesSaysWhereItFailedAndEndsWhereItIsRecorded() {
    Operator operator = new Operator(world.start());
    Costed event = Costed.at(Instant.now());
    world.send(event);
    String key = event.id().toString();
    world.sendTo(Topics.deadLetter(Topics.COMPLETED), key, new byte[] {1}, new RecordHeaders());
    awaitLetters(1);

    Headers first = replayedTo(Topics.COMPLETED, operator.replay(ALL));
    // As the cost-calculator does: what it prices goes on with the headers of the replay.
    world.sendTo(Topics.COSTED, key, world.serialize(event.withTokens(1, 1).event()), first);
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(letters("state = 'open' and attempts = 2")).isEqualTo(1));
    assertThat(
            letters(
                "original_topic = 'llm.request.completed' and failed_topic = 'llm.request.costed'"
                    + " and cause = 'CONFLICT'"))
        .isEqualTo(1);

    Headers second = replayedTo(Topics.COMPLETED, operator.replay(ALL));
    assertThat(second.lastHeader(ReplayHeaders.COUNT).value()).isEqualTo(new byte[] {'2'});
    world.sendTo(Topics.COSTED, key, world.serialize(event.event()), second);
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(letters("state = 'recorded'")).isEqualTo(1));
    assertThat(letters("true")).isEqualTo(1);
    assertThat(rows("true")).isEqualTo(1);
  }

  /** What a replay sent: its headers, once they are there. */
  private Headers replayedTo(String topic, String replay) {
    byte[] id = replay.getBytes(StandardCharsets.UTF_8);
    return await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                world.read(topic).stream()
                    .map(ConsumerRecord::headers)
                    .filter(headers -> headers.lastHeader(ReplayHeaders.ID) != null)
                    .filter(
                        headers -> Arrays.equals(headers.lastHeader(ReplayHeaders.ID).value(), id))
                    .findFirst(),
            Optional::isPresent)
        .orElseThrow();
  }

  @Test
  void aDoubledLetterOfAReplayCountsOnce() {
    Operator operator = new Operator(world.start());
    Costed event = Costed.at(Instant.now());
    world.send(event, event.withTokens(1, 1));
    awaitLetters(1);
    operator.await(operator.replay(ALL), "done");
    // As where the recorder dies after Kafka's acknowledgement: the letter of the replay is twice.
    ConsumerRecord<byte[], byte[]> letter =
        world.read(Topics.deadLetter(Topics.COSTED)).stream()
            .filter(record -> record.headers().lastHeader(ReplayHeaders.ID) != null)
            .findFirst()
            .orElseThrow();
    world.sendTo(letter.topic(), "copy", letter.value(), letter.headers());
    await()
        .untilAsserted(
            () ->
                assertThat(
                        world.count(
                            "select coalesce(sum(received), 0) from ledger_offset where topic like"
                                + " '%-dlt'"))
                    .isEqualTo(3));

    assertThat(letters("true")).isEqualTo(1);
    assertThat(letters("attempts = 2")).isEqualTo(1);
  }

  @Test
  void whatWasSentAndNotWrittenDownIsSentAgainAndRecordedOnce() {
    ConfigurableApplicationContext recorder = world.start();
    Operator operator = new Operator(recorder);
    List<Costed> originals = some(30);
    world.send(originals.stream().map(ReplayIT::repriced).toList());
    awaitLetters(30);
    world.send(originals);
    await().untilAsserted(() -> assertThat(rows("true")).isEqualTo(30));
    // Between Kafka's acknowledgement and the mark, the worker dies each time, and what it sent is
    // not recorded before it is up again: nothing but the mark could tell that it was sent.
    sql(
        """
        create function dies() returns trigger language plpgsql as
          $$ begin raise exception 'killed'; end $$
        """);
    sql(
        """
        create trigger dies before update of sent_at on replay_item for each row
        when (old.sent_at is null and new.sent_at is not null) execute function dies()
        """);
    sql(
        """
        create trigger waits before insert on cost_entry for each row execute function dies()
        """);
    String replay = operator.replay(ALL);
    await().atMost(Duration.ofSeconds(60)).until(() -> world.read(Topics.COSTED).size() >= 60 + 60);
    recorder.close();
    sql("drop trigger dies on replay_item");
    sql("drop trigger waits on cost_entry");

    Operator other = new Operator(world.start());
    JsonNode done = other.await(replay, "done");

    assertThat(done.get("selected").intValue()).isEqualTo(30);
    assertThat(done.get("recorded").intValue()).isEqualTo(30);
    assertThat(rows("true")).isEqualTo(60);
    assertThat(letters("state = 'recorded'")).isEqualTo(30);
    world.assertRollupsEqualTheLedger();
  }

  @Test
  void aReplayIsPausedSurvivesARestartIsResumedAndCancelled() {
    ConfigurableApplicationContext recorder = world.start();
    Operator operator = new Operator(recorder);
    IntStream.range(0, 40).forEach(i -> poison("poison-" + i, new byte[] {9, (byte) i}));
    awaitLetters(40);

    String replay = operator.replay("{'all': true, 'rate': 8}");
    String path = "/v1/replays/" + replay;
    await().untilAsserted(() -> assertThat(sent(operator, replay)).isGreaterThan(3));
    operator.post(path + "/pause", "", 200);
    assertThat(operator.post(path + "/pause", "", 409).get("reason").stringValue())
        .contains("paused");
    // A chunk that was on its way when the pause came still ends.
    await().during(Duration.ofSeconds(1)).until(() -> sent(operator, replay) < 40);
    long sent = sent(operator, replay);
    recorder.close();
    Operator later = new Operator(world.start());
    await().during(Duration.ofSeconds(2)).until(() -> sent(later, replay) == sent);
    assertThat(later.get(path).get("state").stringValue()).isEqualTo("paused");

    later.post(path + "/resume", "", 200);
    await().untilAsserted(() -> assertThat(sent(later, replay)).isGreaterThan(sent + 3));
    later.post(path + "/cancel", "", 200);
    JsonNode cancelled = later.await(replay, "cancelled");
    await().untilAsserted(() -> assertThat(later.get(path).get("outstanding").intValue()).isZero());

    long released = cancelled.get("cancelled").longValue();
    assertThat(released).isBetween(1L, 39L);
    assertThat(letters("state = 'open' and attempts = 1")).isEqualTo(released);
    assertThat(letters("state = 'open' and attempts = 2")).isEqualTo(40 - released);
    later.post(path + "/resume", "", 409);
    later.post(path + "/cancel", "", 409);
    assertThat(world.read(Topics.COSTED)).hasSize((int) (80 - released));
  }

  @Test
  void twoRecordersSendEachLetterOnceAndKeepTheRate() {
    Operator one = new Operator(world.start());
    world.start();
    IntStream.range(0, 300).forEach(i -> poison("poison-" + i, new byte[] {9, (byte) i, 1}));
    awaitLetters(300);

    long start = System.nanoTime();
    String first = one.replay("{'all': true, 'rate': 100, 'cap': 150}");
    String second = one.replay("{'all': true, 'rate': 100, 'cap': 150}");
    one.await(first, "done");
    one.await(second, "done");
    Duration took = Duration.ofNanos(System.nanoTime() - start);

    assertThat(took).isBetween(Duration.ofMillis(1_200), Duration.ofSeconds(30));
    assertThat(letters("attempts = 2 and state = 'open'")).isEqualTo(300);
    assertThat(world.read(Topics.COSTED)).hasSize(600);
  }

  @Test
  void whilePostgresqlIsAwayAReplayWaitsAndGoesOnByItself() {
    try (CutProxy proxy = new CutProxy("127.0.0.1", World.portOf(world.database()))) {
      List<Costed> originals = some(40);
      Operator operator =
          new Operator(world.start("--spring.datasource.url=" + world.databaseThrough(proxy)));
      world.send(originals.stream().map(ReplayIT::repriced).toList());
      awaitLetters(40);
      world.send(originals);
      await().untilAsserted(() -> assertThat(rows("true")).isEqualTo(40));
      String replay = operator.replay("{'all': true, 'rate': 20}");
      await().untilAsserted(() -> assertThat(sent(operator, replay)).isGreaterThan(3));

      proxy.cut();
      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(
              () -> assertThat(health(operator)).contains("\"replays\":{\"details\":{\"reason"));
      proxy.restore();

      JsonNode done = operator.await(replay, "done");
      assertThat(done.get("recorded").intValue()).isEqualTo(40);
      assertThat(rows("revision = 1")).isEqualTo(40);
      assertThat(letters("state = 'recorded'")).isEqualTo(40);
      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(
              () -> assertThat(health(operator)).contains("\"replays\":{\"status\":\"UP"));
    }
  }

  private static String health(Operator operator) {
    return operator.text("/actuator/health");
  }

  @Test
  void aReplayedRecordIsTheOriginalWithItsOriginAndWithoutStaleHeaders() {
    Headers connect = new RecordHeaders();
    add(connect, "__connect.errors.topic", Topics.COSTED);
    add(connect, "__connect.errors.partition", "3");
    add(connect, "__connect.errors.offset", "17");
    add(connect, "__connect.errors.exception.message", "no converter");
    add(connect, "traceparent", "00-1-2-01");
    connect.add("binary", new byte[] {-1, 0, 7});
    add(connect, "x-replay-id", "stale");
    byte[] value = {1, 2, 3, -4};
    world.sendTo(Topics.deadLetter(Topics.COSTED), "key-1", value, connect);
    Operator operator = new Operator(world.start());
    awaitLetters(1);
    String id = onlyLetter();
    assertThat(operator.get("/v1/dead-letters/" + id).get("message").stringValue())
        .isEqualTo("no converter");

    String replay = operator.replay("{'selector': {'key': 'key-1'}, 'note': 'a try'}");
    operator.await(replay, "done");

    ConsumerRecord<byte[], byte[]> sent = world.read(Topics.COSTED).getFirst();
    assertThat(sent.value()).isEqualTo(value);
    assertThat(new String(sent.key(), StandardCharsets.UTF_8)).isEqualTo("key-1");
    Map<String, ByteBuffer> headers =
        StreamSupport.stream(sent.headers().spliterator(), false)
            .collect(Collectors.toMap(Header::key, header -> ByteBuffer.wrap(header.value())));
    assertThat(headers)
        .containsOnlyKeys(
            "traceparent",
            "binary",
            "x-replay-id",
            "x-replay-count",
            "x-replay-source",
            "x-replay-by",
            "x-replay-at");
    assertThat(headers)
        .containsEntry("binary", ByteBuffer.wrap(new byte[] {-1, 0, 7}))
        .containsEntry("x-replay-id", utf8(replay))
        .containsEntry("x-replay-count", utf8("1"))
        .containsEntry("x-replay-source", utf8(id))
        .containsEntry("x-replay-by", utf8("olga"));
    assertThat(letters("cause = 'UNDECODABLE' and attempts = 2")).isEqualTo(1);
  }

  @Test
  void actsAreRefusedWithTheirReasonAndAudited() {
    ConfigurableApplicationContext recorder = world.start();
    Operator operator = new Operator(recorder);
    Operator reader = new Operator(recorder, Tokens.READER);
    poison("a", new byte[] {1});
    poison("b", new byte[] {2});
    Headers foreign = new RecordHeaders();
    add(foreign, "kafka_dlt-original-topic", "somebody.elses");
    world.sendTo(Topics.deadLetter(Topics.COSTED), "c", new byte[] {3}, foreign);
    awaitLetters(3);

    assertThat(operator.post("/v1/replays", "{}", 400).get("field").stringValue())
        .isEqualTo("selector");
    assertThat(
            operator
                .post("/v1/replays", "{'selector': {'projct': 'x'}}", 400)
                .get("field")
                .stringValue())
        .isEqualTo("selector.projct");
    assertThat(operator.post("/v1/replays", "{'all': true, 'rate': 0}", 400).get("field"))
        .hasToString("\"rate\"");
    reader.post("/v1/replays", ALL, 403);
    reader.post("/v1/replays", "{'all': true, 'dry_run': true}", 200);
    reader.post("/v1/dead-letters/discard", "{'all': true, 'reason': 'x'}", 403);
    assertThat(operator.post("/v1/dead-letters/discard", ALL, 400).get("field").stringValue())
        .isEqualTo("reason");
    JsonNode elsewhere =
        operator.post("/v1/replays", "{'selector': {'ids': ['%s']}}".formatted(letter("c")), 409);
    assertThat(elsewhere.get("reason").stringValue()).contains("somebody.elses");

    JsonNode discarded =
        operator.post(
            "/v1/dead-letters/discard", "{'selector': {'key': 'a'}, 'reason': 'a test'}", 200);
    assertThat(discarded.get("discarded").intValue()).isEqualTo(1);
    operator.post(
        "/v1/dead-letters/discard",
        "{'selector': {'ids': ['%s']}, 'reason': 'again'}".formatted(letter("a")),
        409);
    assertThat(operator.get("/v1/dead-letters?state=discarded").get("data").get(0).get("key"))
        .hasToString("\"a\"");
    assertThat(operator.await(operator.replay(ALL), "done").get("selected").intValue())
        .isEqualTo(1);

    JsonNode audit = operator.get("/v1/audit?act=discard").get("data").get(0);
    assertThat(audit.get("who").stringValue()).isEqualTo("olga");
    assertThat(audit.get("reason").stringValue()).isEqualTo("a test");
    assertThat(audit.get("dead_letter_id").stringValue()).isEqualTo(letter("a"));
    assertThat(operator.get("/v1/audit?act=replay").get("data").size()).isEqualTo(1);
    assertThatThrownBy(() -> sql("delete from audit")).hasMessageContaining("append-only");
    reader.get("/v1/audit");

    JsonNode inventory = reader.get("/v1/dead-letters/inventory");
    assertThat(inventory.get("count").intValue()).isEqualTo(3);
    assertThat(inventory.get("bytes").intValue()).isEqualTo(3);
    assertThat(inventory.get("data").size()).isEqualTo(3);
    String scrape =
        new String(reader.get("/actuator/prometheus", 200).body(), StandardCharsets.UTF_8);
    assertThat(scrape).contains("llmcost_replayed_records_total", "llmcost_replays_running");
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(reader.text("/actuator/prometheus"))
                    .containsPattern(
                        "llmcost_dead_letters\\{.*cause=\"UNDECODABLE\".*state=\"open\".*} 1")
                    .contains("llmcost_dead_letters_oldest_age_seconds{"));
  }

  @Test
  void aLargeValueIsNotShippedUnasked() {
    byte[] large = new byte[900_000];
    Arrays.fill(large, (byte) 'x');
    world.sendTo(Topics.deadLetter(Topics.COSTED), "large", large, new RecordHeaders());
    Operator operator = new Operator(world.start());
    awaitLetters(1);
    String path = "/v1/dead-letters/" + onlyLetter();

    JsonNode shown = operator.get(path);
    assertThat(shown.get("size").intValue()).isEqualTo(900_000);
    assertThat(shown.get("truncated").booleanValue()).isTrue();
    assertThat(shown.get("value_hex").stringValue()).hasSize(2 * 4_096);
    assertThat(shown.get("value_text").stringValue()).startsWith("xxx").hasSize(4_096);
    assertThat(operator.get(path + "?full=true").get("value_hex").stringValue()).hasSize(1_800_000);
    assertThat(operator.get(path + "/value", 200).body()).isEqualTo(large);
  }

  private static Costed repriced(Costed event) {
    return event.withPrice("3").repricedBy(UUID.randomUUID());
  }

  private static List<Costed> some(int count) {
    List<Costed> events = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      events.add(Costed.at(Instant.now()).withTokens(100L + i, i));
    }
    return events;
  }

  private void poison(String key, byte[] value) {
    world.sendTo(Topics.COSTED, key, value, new RecordHeaders());
  }

  private void awaitLetters(int count) {
    await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(letters("true")).isEqualTo(count));
  }

  private long letters(String condition) {
    return world.count("select count(*) from dead_letter where " + condition);
  }

  private long rows(String condition) {
    return world.count("select count(*) from cost_entry where " + condition);
  }

  private String onlyLetter() {
    return world.sql().sql("select id::text from dead_letter").query(String.class).single();
  }

  private String letter(String key) {
    return world
        .sql()
        .sql("select id::text from dead_letter where key = convert_to(:key, 'UTF8')")
        .param("key", key)
        .query(String.class)
        .single();
  }

  private static long sent(Operator operator, String replay) {
    return operator.get("/v1/replays/" + replay).get("sent").longValue();
  }

  private void sql(String statement) {
    world.sql().sql(statement).update();
  }

  private static void add(Headers headers, String name, String value) {
    headers.add(name, value.getBytes(StandardCharsets.UTF_8));
  }

  private static ByteBuffer utf8(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }
}
