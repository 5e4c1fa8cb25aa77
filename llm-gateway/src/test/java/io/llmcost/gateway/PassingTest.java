package io.llmcost.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcost.schemas.LlmRequestCompleted;
import io.llmcost.schemas.Meters;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What passes through unchanged, what does not pass, and the event of it. */
class PassingTest extends GatewayFixture {

  @Test
  void bodiesPassByteForByteAndTheEventTellsAll() throws Exception {
    provider.answers((request, wire) -> wire.json(200, Answers.CHAT));

    var answer =
        post(
            "/v1/chat/completions",
            Answers.CHAT_REQUEST,
            "x-llmcost-project",
            "billing",
            "x-llmcost-user",
            "u-7",
            "x-llmcost-request-type",
            "summary",
            "x-llmcost-trackable",
            "ticket:4711:b",
            "x-llmcost-tags",
            "team=a, stage=prod",
            "x-llmcost-metadata",
            "{\"attempt\": 2, \"note\": \"x\"}",
            "x-llmcost-request-id",
            "call-1");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo(Answers.CHAT);
    assertThat(header(answer, "x-provider")).isEqualTo("yes");
    assertThat(provider.requests().getFirst().body()).isEqualTo(Answers.CHAT_REQUEST);
    LlmRequestCompleted event = onlyEvent();
    assertThat(event.getEventId()).isEqualTo(header(answer, "x-llmcost-event-id"));
    assertThat(event.getSource()).isEqualTo("test-gateway");
    assertThat(event.getProject()).isEqualTo("billing");
    assertThat(event.getUserId()).isEqualTo("u-7");
    assertThat(event.getRequestType()).isEqualTo("summary");
    assertThat(event.getTrackable().getType()).isEqualTo("ticket");
    assertThat(event.getTrackable().getId()).isEqualTo("4711:b");
    assertThat(event.getTags()).isEqualTo(Map.of("team", "a", "stage", "prod"));
    assertThat(event.getMetadata()).containsEntry("attempt", "2").containsEntry("note", "x");
    assertThat(event.getRequestId()).isEqualTo("call-1");
    assertThat(event.getProvider()).isEqualTo("openai");
    assertThat(event.getOperation()).isEqualTo("chat");
    assertThat(event.getModelRequested()).isEqualTo("gpt-4o-mini");
    assertThat(event.getModel()).isEqualTo("gpt-4o-mini-2024-07-18");
    assertThat(event.getStatus()).isEqualTo("succeeded");
    assertThat(event.getHttpStatus()).isEqualTo(200);
    assertThat(event.getStreamed()).isFalse();
    assertThat(event.getLatencyMillis()).isNotNegative();
    assertThat(event.getUsage())
        .containsExactlyInAnyOrder(
            Meters.item("input", 507),
            Meters.item("input_cache_read", 512),
            Meters.item("output", 110));
  }

  @Test
  void onlyWhatIsTheProvidersReachesIt() throws Exception {
    provider.answers((request, wire) -> wire.json(200, Answers.CHAT));

    post(
        "/v1/chat/completions?a=b%20c",
        Answers.CHAT_REQUEST,
        "x-llmcost-project",
        "p",
        "X-LLMCOST-anything",
        "p",
        "accept-encoding",
        "gzip, br",
        "te",
        "trailers",
        "x-stainless-lang",
        "java");

    ProviderServer.Request request = provider.requests().getFirst();
    assertThat(request.line()).isEqualTo("POST /openai/v1/chat/completions?a=b%20c HTTP/1.1");
    assertThat(request.headers())
        .containsEntry("host", "127.0.0.1:" + provider.port())
        .containsEntry("authorization", "Bearer sk-callers-own")
        .containsEntry("x-stainless-lang", "java")
        .containsEntry("accept-encoding", "identity")
        .containsEntry(
            "content-length",
            Integer.toString(Answers.CHAT_REQUEST.getBytes(StandardCharsets.UTF_8).length))
        .doesNotContainKeys("te", "connection", "x-llmcost-project", "x-llmcost-anything");
  }

  @Test
  void headersNamedByConnectionEndHere() throws Exception {
    provider.answers(
        (request, wire) ->
            wire.send(
                RawCaller.head(
                        "HTTP/1.1 200 OK",
                        "Connection: X-Hop",
                        "X-Hop: 1",
                        "X-Stays: 2",
                        "Keep-Alive: 5",
                        "Set-Cookie: a=1",
                        "Set-Cookie: b=2",
                        "Content-Length: 2")
                    + "{}"));
    try (RawCaller caller = new RawCaller(gateway().port())) {
      caller.send(
          RawCaller.head(
              "GET /v1/models HTTP/1.1",
              "Host: g",
              "Connection: X-Mine",
              "X-Mine: 1",
              "X-Else: 2"));
      String head = caller.readUntil("\r\n\r\n");
      assertThat(head)
          .contains("X-Stays: 2", "Set-Cookie: a=1", "Set-Cookie: b=2")
          .doesNotContainIgnoringCase("X-Hop")
          .doesNotContainIgnoringCase("Keep-Alive");
    }
    assertThat(provider.requests().getFirst().headers())
        .containsEntry("x-else", "2")
        .doesNotContainKey("x-mine");
  }

  @Test
  void callsAreRoutedByModelAndByName() throws Exception {
    provider.answers((request, wire) -> wire.json(200, "{}"));

    post("/v1/chat/completions", "{\"model\":\"claude-sonnet-4-5\"}");
    post("/v1/chat/completions", "{\"model\":\"gemini-2.5-flash\"}");
    post("/v1/chat/completions", "{\"model\":\"nobody-knows\"}");
    post("/v1/messages", "{\"model\":\"claude-sonnet-4-5\"}");
    post("/mistral/v1/chat/completions", "{\"model\":\"gpt-4o\"}");

    assertThat(provider.requests())
        .extracting(ProviderServer.Request::path)
        .containsExactly(
            "/anthropic/v1/chat/completions",
            "/gemini/v1beta/openai/chat/completions",
            "/openai/v1/chat/completions",
            "/anthropic/v1/messages",
            "/mistral/v1/chat/completions");
    assertThat(gateway().publisher.events())
        .extracting(LlmRequestCompleted::getProvider)
        .containsExactly("anthropic", "gemini", "openai", "anthropic", "mistral");
  }

  @Test
  void whatBillsNothingMakesNoEvent() throws Exception {
    provider.answers((request, wire) -> wire.json(200, "{\"input_tokens\": 5}"));

    var models = get("/v1/models");
    post("/v1/messages/count_tokens", "{\"model\":\"claude-sonnet-4-5\"}");
    var deleted =
        http.send(request("/openai/v1/files/f1").DELETE().build(), BodyHandlers.ofString());

    assertThat(models.headers().firstValue("x-llmcost-event-id")).isEmpty();
    assertThat(deleted.statusCode()).isEqualTo(200);
    assertThat(provider.requests())
        .extracting(ProviderServer.Request::line)
        .containsExactly(
            "GET /openai/v1/models HTTP/1.1",
            "POST /anthropic/v1/messages/count_tokens HTTP/1.1",
            "DELETE /openai/v1/files/f1 HTTP/1.1");
    noEvent();
  }

  @Test
  void headPassesWithoutABody() throws Exception {
    provider.answers(
        (request, wire) -> wire.send("HTTP/1.1 200 OK\r\nContent-Length: 4711\r\nX-A: b\r\n\r\n"));
    HttpRequest head =
        request("/v1/models").method("HEAD", HttpRequest.BodyPublishers.noBody()).build();

    for (int i = 0; i < 2; i++) { // the second on the same connections
      var answer = http.send(head, BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(header(answer, "content-length")).isEqualTo("4711");
    }
    assertThat(provider.connections()).isEqualTo(1);
  }

  @Test
  void anErrorOfTheProviderPassesAndIsAFailedEvent() throws Exception {
    String error =
        "{\"error\":{\"message\":\"slow\",\"type\":\"requests\",\"code\":\"rate_limit\"}}";
    provider.answers((request, wire) -> wire.json(429, error));

    var answer = post("/v1/chat/completions", Answers.CHAT_REQUEST);

    assertThat(answer.statusCode()).isEqualTo(429);
    assertThat(answer.body()).isEqualTo(error);
    LlmRequestCompleted event = onlyEvent();
    assertThat(event.getStatus()).isEqualTo("failed");
    assertThat(event.getHttpStatus()).isEqualTo(429);
    assertThat(event.getUsage()).isEmpty();
  }

  @Test
  void anAnswerThatCanBeFetchedAgainHasOneId() throws Exception {
    provider.answers((request, wire) -> wire.json(200, Answers.RESPONSE));

    var first = post("/v1/responses", "{\"model\":\"gpt-5\",\"input\":\"x\"}");
    var again = get("/v1/responses/resp_68af4030592c81938ec0a5fbab4a3e9f");

    assertThat(header(first, "x-llmcost-event-id")).isNotEmpty();
    assertThat(header(again, "x-llmcost-event-id")).isEqualTo(header(first, "x-llmcost-event-id"));
    assertThat(gateway().publisher.events())
        .extracting(LlmRequestCompleted::getEventId)
        .containsOnly(header(first, "x-llmcost-event-id"));
  }

  @Test
  void anAnswerThatNobodyUnderstandsIsRecordedWithoutUsage() throws Exception {
    provider.answers((request, wire) -> wire.json(200, "<html>hello</html>"));

    var answer = post("/v1/chat/completions", "no json either");

    assertThat(answer.body()).isEqualTo("<html>hello</html>");
    LlmRequestCompleted event = onlyEvent();
    assertThat(event.getUsage()).isEmpty();
    assertThat(event.getUsageSource()).isEqualTo("none");
    assertThat(gateway().meters.get("llmcost.gateway.unread").counter().count()).isEqualTo(1);
  }
}
