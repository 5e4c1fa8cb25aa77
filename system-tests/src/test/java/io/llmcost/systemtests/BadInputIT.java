package io.llmcost.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
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

/** What callers get wrong: a problem or a dead letter each, nothing stored, nothing lost. */
class BadInputIT {
  private static final int PORT_OFFSET = 4_400;
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
  void refusedEventsNameTheirField() {
    assertProblem(event(good().replace("succeeded", "done")), 400, "status");
    assertProblem(event(good().replace("\"provider\":\"openai\",", "")), 400, "provider");
    assertProblem(event(good().replace("\"quantity\":7", "\"quantity\":-7")), 400, "quantity");
    assertProblem(event(good().replace(now(), "1970-01-01T00:00:00Z")), 400, "occurred_at");
    assertProblem(event(good().replace("user_id", "usr_id")), 400, "usr_id");
    assertProblem(event("{\"event"), 400, "JSON");
  }

  @Test
  void goodEventsOfABatchAreTakenBesideBadOnes() {
    HttpResponse<String> answer =
        event(
            "{\"events\":[%s,%s,%s]}"
                .formatted(
                    good().replace("\"p\"", "\"batch\""),
                    good().replace("succeeded", "done"),
                    good().replace("\"p\"", "\"batch\"")));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    JsonNode results = json.readTree(answer.body()).path("results");
    assertThat(results.valueStream().map(result -> result.path("result").asString()))
        .containsExactly("accepted", "rejected", "accepted");
    assertThat(results.get(1).path("problem").toString()).contains("status");
    JsonNode totals = stack.totals("batch", t -> t.path("requests").asLong() >= 2);
    assertThat(totals.path("requests").asLong()).isEqualTo(2);
  }

  @Test
  void wrongTokensAreRefusedEverywhere() {
    String events = stack.url("gateway") + "/v1/events";
    assertProblem(stack.post(events, null, good()), 401, "Bearer");
    assertProblem(stack.post(events, "wrong", good()), 401, "Bearer");
    assertProblem(stack.post(events, stack.token("reader"), good()), 403, "role");
    for (String service : new String[] {"calculator", "recorder", "reporting"}) {
      String url = stack.url(service) + "/v1/anything";
      assertProblem(stack.send("GET", url, null, null), 401, "Bearer");
      assertProblem(stack.send("GET", url, "wrong", null), 401, "Bearer");
    }
  }

  @Test
  void unknownProviderIsAProblemThatListsTheKnownOnes() {
    String url = stack.url("gateway") + "/no-such-provider/v1/chat/completions";

    assertProblem(stack.post(url, "any", "{}"), 404, "openai");
  }

  @Test
  void oversizedBodiesAreRefused() {
    String body = "{\"model\":\"gpt-4o\",\"pad\":\"" + "x".repeat(40 << 20) + "\"}";
    String url = stack.url("gateway") + "/v1/chat/completions";

    assertProblem(stack.post(url, "any", body), 413, "body");
  }

  @Test
  void rangesBackwardsAndUnknownGroupsAreRefused() {
    assertProblem(
        costs("start_time=2026-02-01T00:00:00Z&end_time=2026-01-01T00:00:00Z"), 400, "end_time");
    assertProblem(costs("start_time=2026-01-01T00:00:00Z&group_by=colour"), 400, "group_by");
    assertProblem(costs("start_time=yesterday"), 400, "start_time");
  }

  @Test
  void bytesThatAreNoEventBecomeADeadLetterAndTheFlowGoesOn() throws Exception {
    Map<String, Object> settings =
        Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, stack.address("kafka"));
    try (var producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (String topic : new String[] {"llm.request.completed", "llm.request.costed"}) {
        var poison =
            new ProducerRecord<>(
                topic,
                "poison".getBytes(StandardCharsets.UTF_8),
                "no event".getBytes(StandardCharsets.UTF_8));
        producer.send(poison).get();
      }
    }

    assertThat(event(good().replace("\"p\"", "\"after-poison\"")).statusCode()).isEqualTo(202);
    stack.totals("after-poison", t -> t.path("requests").asLong() == 1);
    await("both dead letters")
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> stack.command("dead-letters", "list"),
            both ->
                both.contains("UNDECODABLE")
                    && both.contains("llm.request.completed")
                    && both.contains("llm.request.costed"));
  }

  private static String good() {
    return """
    {"occurred_at":"%s","source":"test","project":"p","provider":"openai","model":"gpt-4o",\
    "user_id":"u","status":"succeeded","usage":[{"meter":"input","quantity":7}]}\
    """
        .formatted(now());
  }

  private static String now() {
    return Instant.parse("2026-11-01T00:00:00Z").toString();
  }

  private static HttpResponse<String> event(String body) {
    return stack.post(stack.url("gateway") + "/v1/events", stack.token("emitter"), body);
  }

  private static HttpResponse<String> costs(String query) {
    return stack.send(
        "GET", stack.url("reporting") + "/v1/costs?" + query, stack.token("reader"), null);
  }

  private static void assertProblem(HttpResponse<String> answer, int status, String text) {
    assertThat(answer.body()).contains(text);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("content-type"))
        .get()
        .asString()
        .startsWith("application/problem+json");
  }
}
