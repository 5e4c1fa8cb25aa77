package io.llmcost.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.llmcost.cli.simulator.Answer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * The providers' npm SDKs behind the gateway give what they give before the provider itself, with
 * their base URL as the one thing that is set; and every call is one event with the tokens that the
 * provider bills. Not even a header tells the calls apart: each has a prompt of a length of its
 * own.
 */
@Tag("node")
class NodeSdksIT {
  private static final int PORT_OFFSET = 5_100;
  private static final String ALL =
      "/v1/requests?start_time=2020-01-01T00:00:00Z&end_time=2100-01-01T00:00:00Z&limit=100";

  private static final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
  private static RunningStack stack;

  @BeforeAll
  static void start() throws IOException {
    stack = RunningStack.start(PORT_OFFSET, answers::add);
  }

  @AfterAll
  static void stop() throws IOException {
    stack.close();
  }

  @Test
  void everySdkWorksByItsBaseUrlAloneAndEveryCallIsRecordedAsBilled() throws Exception {
    List<NodeSdks.Result> direct = NodeSdks.run(stack.simulator.url().toString(), "direct");
    List<Answer> billedDirectly = List.copyOf(answers);
    answers.clear();
    List<NodeSdks.Result> behind = NodeSdks.run(stack.url("gateway").toString(), "gateway");
    List<Answer> billed = List.copyOf(answers);

    assertThat(behind).isEqualTo(direct).hasSizeGreaterThanOrEqualTo(26);
    assertThat(behind).extracting(NodeSdks.Result::text).doesNotContain("");
    assertThat(billed).isEqualTo(billedDirectly).hasSameSizeAs(behind);

    List<JsonNode> events = events(billed.size());
    Set<String> found = new HashSet<>();
    for (int i = 0; i < billed.size(); i++) {
      Answer answer = billed.get(i);
      NodeSdks.Result result = behind.get(i);
      JsonNode event = only(events, answer, result.name());
      found.add(event.path("event_id").asString());
      assertThat(event.path("status").asString()).as(result.name()).isEqualTo("succeeded");
      assertThat(event.path("streamed").asBoolean()).as(result.name()).isEqualTo(result.streamed());
      assertThat(event.path("model_requested").asString())
          .as(result.name())
          .isEqualTo(answer.modelRequested());
      assertThat(usage(event)).as(result.name()).isEqualTo(answer.quantities());
      if (result.input() != null) {
        assertThat(event.path("prompt_tokens").asLong()).isEqualTo(result.input());
        assertThat(event.path("completion_tokens").asLong()).isEqualTo(result.output());
      }
    }
    assertThat(found).as("one event for each call").hasSameSizeAs(billed);
  }

  /** All that the ledger has, once it has {@code count} of them. */
  private static List<JsonNode> events(int count) {
    await("all events in the ledger")
        .atMost(Duration.ofSeconds(60))
        .until(() -> stack.report(ALL).path("data").size() >= count);
    JsonNode page = stack.report(ALL);
    assertThat(page.path("data")).hasSize(count);
    List<JsonNode> events = new ArrayList<>();
    page.path("data").forEach(one -> events.add(stack.request(one.path("event_id").asString())));
    return events;
  }

  private static JsonNode only(List<JsonNode> events, Answer answer, String name) {
    List<JsonNode> found =
        events.stream()
            .filter(event -> event.path("provider").asString().equals(answer.provider()))
            .filter(
                event ->
                    event.path("prompt_tokens").asLong()
                        == answer.quantities().getOrDefault("input", 0L))
            .toList();
    assertThat(found).as("%s: %s among %s", name, answer, events).hasSize(1);
    return found.getFirst();
  }

  private static Map<String, Long> usage(JsonNode event) {
    Map<String, Long> usage = new TreeMap<>();
    for (JsonNode item : event.path("usage")) {
      usage.put(item.path("meter").asString(), item.path("quantity").asLong());
    }
    return usage;
  }
}
