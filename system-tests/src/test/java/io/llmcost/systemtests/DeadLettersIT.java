package io.llmcost.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.llmcost.schemas.EventIds;
import io.llmcost.schemas.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An operator's way with dead letters of both hops, by the commands that the manual names. */
class DeadLettersIT {
  private static final int PORT_OFFSET = 4_700;
  private static final JsonMapper json = JsonMapper.builder().build();

  private static RunningStack stack;

  @BeforeAll
  static void start() throws IOException {
    stack = RunningStack.start(PORT_OFFSET);
  }

  @AfterAll
  static void stop() throws IOException {
    stack.close();
  }

  @Test
  void whatIsMendedIsBroughtInOnceAndWhatIsNotStaysWithItsCause() throws Exception {
    poison(Topics.COMPLETED, "mendable");
    poison(Topics.COMPLETED, "hopeless");
    poison(Topics.COSTED, "hopeless");
    await("three dead letters")
        .atMost(Duration.ofSeconds(60))
        .until(() -> letters().path("count").asInt(), count -> count == 3);
    assertThat(stack.command("dead-letters", "inventory")).contains("UNDECODABLE", "total");
    String id =
        json.readTree(
                stack.command("dead-letters", "list", "--key", "mendable", "--format", "json"))
            .path("data")
            .get(0)
            .path("id")
            .asString();
    assertThat(stack.command("dead-letters", "show", id))
        .contains("UNDECODABLE", "6e 6f 20 65 76 65 6e 74", "|no event|");

    JsonNode before = dryRun();
    assertThat(before.path("would_fail").asInt()).isEqualTo(3);

    Instant at = Instant.now();
    String eventId = EventIds.mint(at).toString();
    Path event = Files.createTempFile("event", ".json");
    Files.writeString(
        event,
        """
        {"event_id": "%s", "occurred_at": "%s", "source": "test", "project": "mended",
         "provider": "openai", "model": "gpt-4o", "status": "succeeded",
         "usage": [{"meter": "input", "quantity": "7"}]}
        """
            .formatted(eventId, at));
    assertThat(
            stack.command(
                "dead-letters", "edit", id, "--file", event.toString(), "--reason", "found it"))
        .contains("edit 1, in force,", "found it");

    JsonNode after = dryRun();
    assertThat(after.path("would_succeed").asInt()).isEqualTo(1);
    assertThat(after.path("would_fail").asInt()).isEqualTo(2);
    assertThat(stack.command("dead-letters", "replay", "--all", "--dry-run"))
        .contains("would succeed           1", eventId);

    assertThat(stack.command("dead-letters", "replay", "--all", "--rate", "50", "--note", "mend"))
        .contains("done", "recorded                1", "failed again            2");
    assertThat(stack.request(eventId).path("project").asString()).isEqualTo("mended");
    assertThat(stack.command("dead-letters", "show", id)).contains("recorded since");
    assertThat(stack.command("dead-letters", "audit", id))
        .contains("found it", "replay_letter", "recorded");
    assertThat(stack.command("dead-letters", "replays")).contains("done", "mend");

    String again = stack.command("dead-letters", "replay", "--all");
    assertThat(again).contains("selected                2", "recorded                0");
    assertThat(
            stack.command(
                "dead-letters", "discard", "--key", "hopeless", "--reason", "a test", "--yes"))
        .contains("2 discarded");
    assertThat(stack.command("dead-letters", "replay", "--all"))
        .contains("selected                0");
    Llmcost.Result refused =
        stack.tryCommand("dead-letters", "discard", id, "--reason", "too late");
    assertThat(refused.exit()).isNotZero();
    assertThat(refused.output()).contains("409", "recorded");
    assertThat(stack.tryCommand("dead-letters", "discard", "--reason", "x").output())
        .contains("--all");
    assertThat(letters().path("count").asInt()).isEqualTo(3);
    assertThat(stack.command("verify")).doesNotContain("FAIL");
  }

  private static JsonNode dryRun() {
    return json.readTree(
        stack.command("dead-letters", "replay", "--all", "--dry-run", "--format", "json"));
  }

  private static JsonNode letters() {
    return json.readTree(stack.command("dead-letters", "inventory", "--format", "json"));
  }

  private static void poison(String topic, String key) throws Exception {
    Map<String, Object> settings =
        Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, stack.address("kafka"));
    try (var producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer
          .send(
              new ProducerRecord<>(
                  topic,
                  key.getBytes(StandardCharsets.UTF_8),
                  "no event".getBytes(StandardCharsets.UTF_8)))
          .get();
    }
  }
}
