package io.llmcost.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code POST /v1/events}. */
class IntakeTest extends GatewayFixture {
  private final String when = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();

  private String event(String more) {
    return "{\"occurred_at\":\""
        + when
        + "\",\"source\":\"svc\",\"provider\":\"openai\",\"model\":\"gpt-4\","
        + "\"status\":\"succeeded\",\"usage\":[{\"meter\":\"input\",\"quantity\":1200}]"
        + more
        + "}";
  }

  private HttpResponse<String> sendAs(String token, String type, String body, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(gateway().url("/v1/events")))
            .header("authorization", "Bearer " + token)
            .header("content-type", type)
            .POST(BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.send(request.build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> send(String body, String... headers)
      throws IOException, InterruptedException {
    return sendAs(TestGateway.EMITTER, "application/json", body, headers);
  }

  private static JsonNode json(HttpResponse<String> answer) {
    return JsonMapper.shared().readTree(answer.body());
  }

  @Test
  void anEventIsAcceptedWithAnId() throws Exception {
    var answer = send(event(""));

    assertThat(answer.statusCode()).isEqualTo(202);
    assertThat(json(answer).get("result").asString()).isEqualTo("accepted");
    assertThat(json(answer).get("deduplicated").asBoolean()).isFalse();
    assertThat(onlyEvent().getEventId()).isEqualTo(json(answer).get("event_id").asString());
  }

  @Test
  void anIdempotencyKeyGivesTheSameIdAgain() throws Exception {
    var first = send(event(""), "Idempotency-Key", "k1");
    var again = send(event(""), "Idempotency-Key", "k1");
    var other = send(event(""), "Idempotency-Key", "k2");

    assertThat(json(first).get("deduplicated").asBoolean()).isTrue();
    assertThat(json(again).get("event_id")).isEqualTo(json(first).get("event_id"));
    assertThat(json(other).get("event_id")).isNotEqualTo(json(first).get("event_id"));
  }

  @Test
  void eachEventOfABatchStandsAlone() throws Exception {
    var answer =
        send(
            "{\"events\":["
                + event("")
                + ",{\"source\":\"svc\"},"
                + event(",\"event_id\":\"my-own-id\"")
                + "]}",
            "Idempotency-Key",
            "k");

    assertThat(answer.statusCode()).isEqualTo(202);
    JsonNode results = json(answer).get("results");
    assertThat(results.size()).isEqualTo(3);
    assertThat(results.get(0).get("result").asString()).isEqualTo("accepted");
    assertThat(results.get(1).get("result").asString()).isEqualTo("rejected");
    assertThat(results.get(1).get("problem").get("status").asInt()).isEqualTo(400);
    assertThat(results.get(1).get("problem").get("field").asString()).isNotEmpty();
    assertThat(results.get(2).get("result").asString()).isEqualTo("accepted");
    assertThat(gateway().publisher.events()).hasSize(2);
    assertThat(gateway().publisher.events().getLast().getExternalId()).isEqualTo("my-own-id");
  }

  @Test
  void whoMayNotIsToldSo() throws Exception {
    assertThat(sendAs("wrong", "application/json", event("")).statusCode()).isEqualTo(401);
    assertThat(sendAs(TestGateway.READER, "application/json", event("")).statusCode())
        .isEqualTo(403);
    noEvent();
  }

  @Test
  void whatIsNoEventIsRefusedWithTheReason() throws Exception {
    assertThat(send("{broken").statusCode()).isEqualTo(400);
    assertThat(send("[]").statusCode()).isEqualTo(400);
    assertThat(send("").statusCode()).isEqualTo(400);
    assertThat(sendAs(TestGateway.EMITTER, "text/plain", event("")).statusCode()).isEqualTo(415);
    assertThat(send("x".repeat(2 * 1024 * 1024)).statusCode()).isEqualTo(413);
    var missing = send("{\"source\":\"svc\"}");
    assertThat(missing.statusCode()).isEqualTo(400);
    assertThat(header(missing, "content-type")).isEqualTo("application/problem+json");
    assertThat(json(missing).get("field").asString()).isNotEmpty();
    var got = get("/v1/events");
    assertThat(got.statusCode()).isEqualTo(405);
    assertThat(header(got, "allow")).isEqualTo("POST");
    noEvent();
  }

  @Test
  void tooManyEventsAreRefusedWhole() throws Exception {
    String many = "{\"events\":[" + (event("") + ",").repeat(100) + event("") + "]}";

    assertThat(send(many).statusCode()).isEqualTo(413);
    noEvent();
  }

  @Test
  void aFullJournalIsA503AndSaysWhatWasTaken() throws Exception {
    gateway().publisher.fullAfter(1);

    var batch = send("{\"events\":[" + event("") + "," + event("") + "," + event("") + "]}");

    assertThat(batch.statusCode()).isEqualTo(503);
    assertThat(header(batch, "retry-after")).isNotEmpty();
    JsonNode results = json(batch).get("results");
    assertThat(results.get(0).get("result").asString()).isEqualTo("accepted");
    assertThat(results.get(1).get("problem").get("status").asInt()).isEqualTo(503);
    assertThat(results.get(2).get("problem").get("status").asInt()).isEqualTo(503);
    var single = send(event(""));
    assertThat(single.statusCode()).isEqualTo(503);
    assertThat(header(single, "retry-after")).isNotEmpty();
    assertThat(gateway().publisher.events()).hasSize(1);
  }
}
