package io.llmcost.recorder.deadletter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.llmcost.recorder.Costed;
import io.llmcost.recorder.Operator;
import io.llmcost.recorder.World;
import io.llmcost.schemas.LlmRequestCosted;
import io.llmcost.schemas.Topics;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What cannot be recorded as it came is edited, sent again, and recorded; the original stays. */
class EditIT {
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
  void aPatchedEventIsRecordedAndItsOriginalAndDifferenceAreKept() {
    Costed good = Costed.at(Instant.now());
    LlmRequestCosted broken = good.event();
    broken.setTotalCost(new BigDecimal("1.000000000000000000"));
    byte[] original = world.serialize(broken);
    world.send(broken);
    Operator operator = new Operator(world.start());
    String id = awaitLetter();
    String path = "/v1/dead-letters/" + id;
    String right = good.total().stripTrailingZeros().toPlainString();

    assertThat(
            operator
                .post(path + "/edit", "{'patch': {'total_cost': '1'}}", 400)
                .get("field")
                .stringValue())
        .isEqualTo("reason");
    assertThat(
            operator
                .post(path + "/edit", "{'patch': {'totl_cost': '1'}, 'reason': 'x'}", 400)
                .get("field")
                .stringValue())
        .isEqualTo("event.totl_cost");
    operator.post(path + "/edit", "{'patch': {'total_cost': '1'}, 'reason': 'same'}", 409);
    operator.post(path + "/edit/undo", "{'reason': 'none yet'}", 409);

    operator.post(
        path + "/edit", "{'patch': {'completed': {'project': 'wrong'}}, 'reason': 'a'}", 200);
    JsonNode second =
        operator.post(
            path + "/edit",
            "{'patch': {'total_cost': '%s', 'completed': {'project': 'books'}}, 'reason': 'sum'}"
                .formatted(right),
            200);
    assertThat(second.get("edit_version").intValue()).isEqualTo(2);
    assertThat(second.get("edits").size()).isEqualTo(2);
    JsonNode difference = second.get("edits").get(1).get("difference");
    assertThat(difference.size()).isEqualTo(2);
    assertThat(difference.get(0).get("path").stringValue()).isEqualTo("completed.project");
    assertThat(difference.get(0).get("before").stringValue()).isEqualTo("wrong");
    assertThat(difference.get(0).get("after").stringValue()).isEqualTo("books");
    assertThat(difference.get(1).get("path").stringValue()).isEqualTo("total_cost");
    assertThat(difference.get(1).get("after").stringValue()).isEqualTo(right);
    assertThat(second.get("value").get("total_cost").stringValue()).isEqualTo("1");
    assertThat(second.get("edited").get("value").get("total_cost").stringValue()).isEqualTo(right);
    JsonNode undone = operator.post(path + "/edit/undo", "{'reason': 'a look'}", 200);
    assertThat(undone.get("edit_version").intValue()).isEqualTo(1);
    operator.post(
        path + "/edit",
        "{'patch': {'total_cost': '%s', 'completed': {'project': 'books'}}, 'reason': 'again'}"
            .formatted(right),
        200);

    JsonNode tried = operator.post("/v1/replays", "{'all': true, 'dry_run': true}", 200);
    assertThat(tried.get("would_succeed").intValue()).isEqualTo(1);
    JsonNode done = operator.await(operator.replay("{'all': true}"), "done");
    assertThat(done.get("recorded").intValue()).isEqualTo(1);
    assertThat(world.sum("select sum(total_cost) from cost_entry where project = 'books'"))
        .isEqualByComparingTo(good.total());
    assertThat(operator.get(path + "/value", 200).body()).isEqualTo(original);
    ConsumerRecord<byte[], byte[]> sent =
        world.read(Topics.COSTED).stream()
            .filter(record -> record.headers().lastHeader("x-replay-id") != null)
            .findFirst()
            .orElseThrow();
    assertThat(header(sent, "llmcost-project")).isEqualTo("books");
    assertThat(new String(sent.key(), StandardCharsets.UTF_8)).isEqualTo(good.id().toString());
    assertThat(
            operator
                .get(path + "/audit")
                .get("data")
                .valueStream()
                .map(entry -> entry.get("act").stringValue()))
        .containsExactly("recorded", "replay_letter", "edit", "undo_edit", "edit", "edit");

    JsonNode late =
        operator.post(path + "/edit", "{'patch': {'total_cost': '7'}, 'reason': 'late'}", 409);
    assertThat(late.get("reason").stringValue()).contains("recorded");
  }

  @Test
  void undecodableBytesAreReplacedByAnEventOrByBytes() {
    world.sendTo(Topics.COSTED, "garbage", new byte[] {9, 0, -1}, new RecordHeaders());
    Operator operator = new Operator(world.start());
    String path = "/v1/dead-letters/" + awaitLetter();
    assertThat(operator.get(path).get("value_hex").stringValue()).isEqualTo("0900ff");
    assertThat(operator.get(path).get("value_text").stringValue()).hasSize(3);
    assertThat(
            operator.post(path + "/edit", "{'patch': {'a': 1}, 'reason': 'x'}", 409).get("field"))
        .hasToString("\"patch\"");
    operator.post(path + "/edit", "{'value_hex': 'zz', 'reason': 'x'}", 400);
    operator.post(path + "/edit", "{'value_hex': '00', 'event': {}, 'reason': 'x'}", 400);

    Costed good = Costed.at(Instant.now());
    String hex = HexFormat.of().formatHex(world.serialize(good.event()));
    JsonNode edited =
        operator.post(
            path + "/edit", "{'value_hex': '%s', 'reason': 'found the event'}".formatted(hex), 200);
    JsonNode shown = edited.get("edited").get("value");
    assertThat(shown.get("completed").get("event_id").stringValue())
        .isEqualTo(good.id().toString());
    JsonNode whole =
        operator.post(
            path + "/edit",
            "{'event': %s, 'reason': 'as shown'}"
                .formatted(shown.toString().replace("a \\\"quoted\\\" ü", "plain")),
            200);
    assertThat(whole.get("edits").get(1).get("difference").get(0).get("path").stringValue())
        .isEqualTo("completed.tags.note");

    operator.await(operator.replay("{'all': true}"), "done");
    assertThat(world.count("select count(*) from cost_entry where tags->>'note' = 'plain'"))
        .isEqualTo(1);
    assertThat(world.count("select count(*) from dead_letter where state = 'recorded'"))
        .isEqualTo(1);
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }

  private String awaitLetter() {
    await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(letters()).hasSize(1));
    return letters().getFirst();
  }

  private List<String> letters() {
    return world.sql().sql("select id::text from dead_letter").query(String.class).list();
  }
}
