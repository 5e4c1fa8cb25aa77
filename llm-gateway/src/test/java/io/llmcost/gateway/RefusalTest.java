package io.llmcost.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcost.gateway.provider.Providers;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Requests that are refused, how callers are told, and that nothing reaches a provider. */
class RefusalTest extends GatewayFixture {

  @Test
  void anUnknownProviderIsA404ThatNamesTheKnown() throws Exception {
    var answer = post("/nobody/v1/chat/completions", Answers.CHAT_REQUEST);

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(header(answer, "content-type")).isEqualTo("application/problem+json");
    assertThat(answer.body()).contains("\"field\":\"provider\"", "'nobody'", "anthropic, ", "xai");
    assertThat(provider.requests()).isEmpty();
  }

  @Test
  void headersThatNoEventCanCarryAreRefusedFirst() throws Exception {
    String[][] bad = {
      {"x-llmcost-trackable", "no-colon"},
      {"x-llmcost-tags", "novalue"},
      {"x-llmcost-metadata", "{broken"},
      {"x-llmcost-user", "u".repeat(600)},
    };
    for (String[] header : bad) {
      var answer = post("/v1/chat/completions", Answers.CHAT_REQUEST, header);
      assertThat(answer.statusCode()).as(header[0]).isEqualTo(400);
      assertThat(answer.body()).contains("\"field\":\"" + header[0] + "\"");
    }
    assertThat(provider.requests()).isEmpty();
    noEvent();
  }

  @Test
  void aBodyTooLargeIsA413HoweverItComes() throws Exception {
    String large = "x".repeat(1024 * 1024 + 1);
    var announced = post("/v1/chat/completions", large);
    var chunked =
        http.send(
            request("/v1/chat/completions")
                .POST(BodyPublishers.fromPublisher(BodyPublishers.ofString(large)))
                .build(),
            BodyHandlers.ofString());

    assertThat(announced.statusCode()).isEqualTo(413);
    assertThat(chunked.statusCode()).isEqualTo(413);
    assertThat(chunked.body()).contains("\"field\":\"body\"");
    assertThat(provider.requests()).isEmpty();
    noEvent();
  }

  @Test
  void withoutPassThroughACallerNeedsATokenAndTheProvidersKeyTakesItsPlace() throws Exception {
    gateway(
        TestGateway.Options.DEFAULTS.withoutPassThrough(
            Map.of(
                "anthropic", Providers.Configured.of(null, "provider-key-a"),
                "gemini", Providers.Configured.of(null, "provider-key-g"))));
    provider.answers((request, wire) -> wire.json(200, "{}"));

    assertThat(messages("x-api-key", "wrong").statusCode()).isEqualTo(401);
    assertThat(messages("x-other", "x").statusCode()).isEqualTo(401);
    assertThat(messages("x-api-key", TestGateway.READER).statusCode()).isEqualTo(403);
    assertThat(provider.requests()).isEmpty();

    assertThat(messages("x-api-key", TestGateway.EMITTER).statusCode()).isEqualTo(200);
    assertThat(provider.requests().getLast().headers())
        .containsEntry("x-api-key", "provider-key-a")
        .doesNotContainKey("authorization");

    var gemini =
        http.send(
            HttpRequest.newBuilder(
                    URI.create(
                        gateway().url("/gemini/v1beta/models?key=" + TestGateway.EMITTER + "&a=b")))
                .build(),
            BodyHandlers.ofString());
    assertThat(gemini.statusCode()).isEqualTo(200);
    assertThat(provider.requests().getLast().path()).isEqualTo("/gemini/v1beta/models?a=b");
    assertThat(provider.requests().getLast().headers())
        .containsEntry("x-goog-api-key", "provider-key-g");

    var unconfigured =
        http.send(
            HttpRequest.newBuilder(URI.create(gateway().url("/openai/v1/models")))
                .header("authorization", "Bearer " + TestGateway.EMITTER)
                .build(),
            BodyHandlers.ofString());
    assertThat(unconfigured.statusCode()).isEqualTo(404);
    assertThat(unconfigured.body()).contains("llmcost.gateway.providers.openai.api-key");
  }

  private HttpResponse<String> messages(String header, String value) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create(gateway().url("/v1/messages")))
            .header(header, value)
            .POST(BodyPublishers.ofString("{\"model\":\"claude-sonnet-4-5\"}"))
            .build(),
        BodyHandlers.ofString());
  }

  @Test
  void whatIsNotHttpIsRefused() throws Exception {
    try (RawCaller caller = new RawCaller(gateway().port())) {
      assertThat(caller.send("SSH-2.0-x\r\n\r\n").readAll()).startsWith("HTTP/1.1 400 ");
    }
    try (RawCaller caller = new RawCaller(gateway().port())) {
      caller.send("GET /v1/models HTTP/1.1\r\nX: " + "x".repeat(40_000) + "\r\n\r\n");
      assertThat(caller.readAll()).startsWith("HTTP/1.1 431 ");
    }
    try (RawCaller caller = new RawCaller(gateway().port())) {
      caller.send("GET /" + "x".repeat(20_000) + " HTTP/1.1\r\n\r\n");
      assertThat(caller.readAll()).startsWith("HTTP/1.1 414 ");
    }
    assertThat(provider.requests()).isEmpty();
  }

  @Test
  void whatIsMeantForTheGatewayReachesNoProvider() throws Exception {
    for (String path : List.of("/v1/events/", "/v1/eventsx", "/v1/requests/", "/v1/traces/x")) {
      var answer = post(path, "{}");
      assertThat(answer.statusCode()).as(path).isEqualTo(404);
    }
    assertThat(provider.requests()).isEmpty();
  }

  @Test
  void aBodyThatStopsComingIsA408() throws Exception {
    try (RawCaller caller = new RawCaller(gateway().port())) {
      caller.send("POST /v1/chat/completions HTTP/1.1\r\nContent-Length: 100\r\n\r\n{");
      assertThat(caller.readAll()).startsWith("HTTP/1.1 408 ");
    }
    noEvent();
  }
}
