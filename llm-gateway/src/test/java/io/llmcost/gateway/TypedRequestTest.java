package io.llmcost.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.llmcost.chassis.gatewaykey.GatewayKey;
import io.llmcost.chassis.gatewaykey.GatewayKeys;
import io.llmcost.chassis.security.TokenAuthenticator;
import io.llmcost.gateway.provider.Providers;
import io.llmcost.schemas.Meters;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code POST /v1/requests}. */
class TypedRequestTest extends GatewayFixture {
  private static final String REQUEST = "{\"prompt\":\"Hi\",\"request_type\":\"greeting\"}";

  private HttpResponse<String> sendAs(String token, String body, String... more) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(gateway().url("/v1/requests")))
            .timeout(Duration.ofSeconds(30))
            .header("authorization", "Bearer " + token)
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString(body));
    if (more.length > 0) {
      request.headers(more);
    }
    return http.send(request.build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> send(String body, String... more) throws Exception {
    return sendAs(TestGateway.EMITTER, body, more);
  }

  private static JsonNode json(HttpResponse<String> answer) {
    return JsonMapper.shared().readTree(answer.body());
  }

  @Test
  void theRightProviderIsCalledAndTheEventIsThatOfAnyCall() throws Exception {
    provider.answers(
        (request, wire) ->
            wire.json(
                200,
                """
                {"id": "msg_1", "model": "claude-haiku-4-5-20251001", "stop_reason": "end_turn",
                 "content": [{"type": "text", "text": "Hello"}],
                 "usage": {"input_tokens": 12, "cache_read_input_tokens": 30, "output_tokens": 3}}
                """));

    var answer =
        send(
            """
            {"prompt": "Hi", "request_type": "greeting", "model": "claude-haiku-4-5",
             "project": "shop", "user_id": "u-1", "trackable": {"type": "ticket", "id": "7"},
             "metadata": {"k": "v"}, "request_id": "r-1"}
            """,
            "x-llmcost-provider-key",
            "callers-own");

    assertThat(answer.statusCode()).isEqualTo(200);
    var event = onlyEvent();
    JsonNode said = json(answer);
    assertThat(said.get("event_id").asString())
        .isEqualTo(event.getEventId())
        .isEqualTo(header(answer, "x-llmcost-event-id"));
    assertThat(said.get("text").asString()).isEqualTo("Hello");
    assertThat(said.get("finish_reason").asString()).isEqualTo("stop");
    assertThat(said.get("provider_finish_reason").asString()).isEqualTo("end_turn");
    assertThat(said.get("provider").asString()).isEqualTo("anthropic");
    assertThat(said.get("model").asString()).isEqualTo("claude-haiku-4-5-20251001");
    assertThat(said.get("model_requested").asString()).isEqualTo("claude-haiku-4-5");
    assertThat(said.at("/usage/prompt_tokens").asLong()).isEqualTo(42);
    assertThat(said.at("/usage/completion_tokens").asLong()).isEqualTo(3);
    assertThat(said.at("/usage/items")).hasSize(3);
    assertThat(said.get("request_id").asString()).isEqualTo("r-1");
    assertThat(said.get("latency_millis").asLong()).isNotNegative();

    var sent = provider.requests().getFirst();
    assertThat(sent.path()).isEqualTo("/anthropic/v1/messages");
    assertThat(sent.headers())
        .containsEntry("x-api-key", "callers-own")
        .containsEntry("anthropic-version", "2023-06-01")
        .doesNotContainKey("authorization")
        .doesNotContainKey("x-llmcost-provider-key");
    assertThat(event.getSource()).isEqualTo("test-gateway");
    assertThat(event.getProvider()).isEqualTo("anthropic");
    assertThat(event.getOperation()).isEqualTo("chat");
    assertThat(event.getModelRequested()).isEqualTo("claude-haiku-4-5");
    assertThat(event.getProject()).isEqualTo("shop");
    assertThat(event.getUserId()).isEqualTo("u-1");
    assertThat(event.getRequestType()).isEqualTo("greeting");
    assertThat(event.getTrackable().getId()).isEqualTo("7");
    assertThat(event.getMetadata()).containsEntry("k", "v");
    assertThat(event.getRequestId()).isEqualTo("r-1");
    assertThat(event.getUsage())
        .containsExactlyInAnyOrder(
            Meters.item("input", 12),
            Meters.item("input_cache_read", 30),
            Meters.item("output", 3));
  }

  @Test
  void theDefaultModelAndAKeepAliveConnection() throws Exception {
    provider.answers((request, wire) -> wire.json(200, Answers.CHAT));

    assertThat(send(REQUEST).statusCode()).isEqualTo(200);
    assertThat(send(REQUEST).statusCode()).isEqualTo(200);

    assertThat(provider.requests()).hasSize(2);
    assertThat(provider.requests().getFirst().path()).isEqualTo("/openai/v1/chat/completions");
    JsonNode body = JsonMapper.shared().readTree(provider.requests().getFirst().body());
    assertThat(body.get("model").asString()).isEqualTo(TestGateway.DEFAULT_MODEL);
    assertThat(body.get("temperature").asString()).isEqualTo("0.7");
    assertThat(body.get("max_completion_tokens").asInt()).isEqualTo(1000);
    assertThat(provider.requests().getFirst().headers()).doesNotContainKey("authorization");
    assertThat(gateway().publisher.events()).hasSize(2);
  }

  @Test
  void aWrongRequestCallsNobody() throws Exception {
    var answer = send("{\"prompt\":\"Hi\",\"max_tokens\":0}");
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(json(answer).get("field").asString()).isEqualTo("request_type");
    assertThat(json(answer).get("detail").asString())
        .contains("request_type: is required", "max_tokens: 0 is not between");
    String vertex = "{\"prompt\":\"Hi\",\"request_type\":\"t\",\"provider\":\"vertex\"}";
    assertThat(send(vertex).body()).contains("vertex is not offered here");
    String nobody = "{\"prompt\":\"Hi\",\"request_type\":\"t\",\"provider\":\"nobody\"}";
    assertThat(send(nobody).statusCode()).isEqualTo(404);
    assertThat(send("{").statusCode()).isEqualTo(400);
    assertThat(send("x".repeat(1024 * 1024 + 1)).statusCode()).isEqualTo(413);

    assertThat(sendAs("nobody", REQUEST).statusCode()).isEqualTo(401);
    assertThat(sendAs(TestGateway.READER, REQUEST).statusCode()).isEqualTo(403);
    assertThat(get("/v1/requests").statusCode()).isEqualTo(405);
    assertThat(provider.requests()).isEmpty();
    noEvent();
  }

  @Test
  void aProvidersRefusalKeepsItsStatusAndItsEvent() throws Exception {
    provider.answers(
        (request, wire) ->
            wire.json(
                400,
                "{\"error\":{\"message\":\"too long\",\"type\":\"invalid_request_error\","
                    + "\"code\":\"context_length_exceeded\"}}"));

    var answer = send(REQUEST);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(header(answer, "content-type")).isEqualTo("application/problem+json");
    assertThat(json(answer).get("detail").asString()).isEqualTo("openai answered 400: too long");
    assertThat(json(answer).get("provider_code").asString()).isEqualTo("context_length_exceeded");
    var event = onlyEvent();
    assertThat(json(answer).get("event_id").asString()).isEqualTo(event.getEventId());
    assertThat(event.getStatus()).isEqualTo("failed");
    assertThat(event.getErrorCode()).isEqualTo("context_length_exceeded");
  }

  @Test
  void whatLiesBehindTheGatewayIsAGatewaysError() throws Exception {
    provider.answers(
        (request, wire) ->
            wire.json(401, "{\"error\":{\"message\":\"Incorrect API key provided: sk-se**et\"}}"));
    var refused = send(REQUEST);
    assertThat(refused.statusCode()).isEqualTo(502);
    assertThat(refused.body()).contains("Provider refused the credential").doesNotContain("sk-se");

    provider.answers((request, wire) -> wire.json(529, "{\"error\":{\"message\":\"busy\"}}"));
    assertThat(send(REQUEST).statusCode()).isEqualTo(503);

    provider.answers((request, wire) -> wire.json(200, "[1]"));
    assertThat(send(REQUEST).body()).contains("Answer not understood");

    provider.answers((request, wire) -> wire.reset());
    var closed = send(REQUEST);
    assertThat(closed.statusCode()).isEqualTo(502);
    assertThat(json(closed).has("error")).isFalse();
    assertThat(header(closed, "x-llmcost-event-id")).isNotEmpty();

    provider.answers(
        (request, wire) -> {
          wire.send(RawCaller.head("HTTP/1.1 200 OK", "Content-Length: 100"));
          wire.send("{\"id\":").close();
        });
    var cut = send(REQUEST);
    assertThat(cut.statusCode()).isEqualTo(502);
    assertThat(cut.body()).contains("Answer cut");
    await().until(() -> gateway().publisher.events().size() == 5);
  }

  @Test
  void aFullJournalIsToldAsForEveryCall() throws Exception {
    provider.answers((request, wire) -> wire.json(200, Answers.CHAT));
    gateway().publisher.full();

    var answer = send(REQUEST);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(header(answer, "x-llmcost-tracked")).isEqualTo("false");
    assertThat(json(answer).get("event_id").isNull()).isTrue();
  }

  @Test
  void aGatewayKeyCallsWithTheProvidersKeyWhatItMay() throws Exception {
    String secret = "llmc_" + "t".repeat(43);
    Instant made = Instant.parse("2026-01-01T00:00:00Z");
    gateway(
        TestGateway.Options.DEFAULTS.withoutPassThrough(
            Map.of("openai", Providers.Configured.of(null, "openai-key"))));
    gateway()
        .keys
        .replace(
            new GatewayKeys(
                List.of(
                    new GatewayKey(
                        "key-1",
                        "n",
                        List.of(new GatewayKey.Secret(TokenAuthenticator.hash(secret), made, null)),
                        "shop",
                        null,
                        null,
                        Map.of(),
                        List.of("gpt-4.1*"),
                        false,
                        made,
                        null,
                        null))));
    provider.answers((request, wire) -> wire.json(200, Answers.CHAT));

    var other = sendAs(secret, "{\"prompt\":\"Hi\",\"request_type\":\"t\",\"model\":\"gpt-5\"}");
    assertThat(other.statusCode()).isEqualTo(403);
    assertThat(provider.requests()).isEmpty();
    assertThat(sendAs(secret, REQUEST).statusCode()).isEqualTo(200);
    assertThat(provider.requests().getFirst().headers())
        .containsEntry("authorization", "Bearer openai-key");
    var event = onlyEvent();
    assertThat(event.getApiKeyId()).isEqualTo("key-1");
    assertThat(event.getProject()).isEqualTo("shop");
    assertThat(send(REQUEST, "x-llmcost-provider-key", "k").statusCode()).isEqualTo(400);
  }

  @Test
  void aCallerWhoLeavesIsStillBilled() throws Exception {
    provider.answers(
        (request, wire) -> {
          Thread.sleep(300);
          wire.json(200, Answers.CHAT);
        });
    try (RawCaller caller = new RawCaller(gateway().port())) {
      caller.send(
          "POST /v1/requests HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
              + "Authorization: Bearer "
              + TestGateway.EMITTER
              + "\r\nContent-Length: "
              + REQUEST.length()
              + "\r\n\r\n"
              + REQUEST);
      await().until(() -> !provider.requests().isEmpty());
    }
    assertThat(onlyEvent().getStatus()).isEqualTo("cancelled");
  }
}
