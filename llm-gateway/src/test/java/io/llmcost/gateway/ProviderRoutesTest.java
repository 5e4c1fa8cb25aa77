package io.llmcost.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcost.gateway.provider.AwsCredentials;
import io.llmcost.gateway.provider.Providers;
import io.llmcost.schemas.LlmRequestCompleted;
import io.llmcost.schemas.Meters;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The paths of each provider's own SDK, and what becomes of their answers. */
class ProviderRoutesTest extends GatewayFixture {
  private static final String GEMINI =
      "{\"candidates\":[{\"finishReason\":\"STOP\"}],\"modelVersion\":\"gemini-2.5-flash\","
          + "\"usageMetadata\":{\"promptTokenCount\":12,\"candidatesTokenCount\":3,"
          + "\"thoughtsTokenCount\":4,\"totalTokenCount\":19}}";

  @Test
  void geminisPathsTellTheModel() throws Exception {
    provider.answers((request, wire) -> wire.json(200, GEMINI));

    var answer = post("/v1beta/models/gemini-flash-latest:generateContent", "{\"contents\":[]}");

    assertThat(answer.body()).isEqualTo(GEMINI);
    assertThat(provider.requests().getFirst().path())
        .isEqualTo("/gemini/v1beta/models/gemini-flash-latest:generateContent");
    LlmRequestCompleted event = onlyEvent();
    assertThat(event.getProvider()).isEqualTo("gemini");
    assertThat(event.getModelRequested()).isEqualTo("gemini-flash-latest");
    assertThat(event.getModel()).isEqualTo("gemini-2.5-flash");
    assertThat(event.getUsage())
        .containsExactlyInAnyOrder(
            Meters.item("input", 12), Meters.item("output", 3), Meters.item("output_reasoning", 4));
  }

  @Test
  void vertexIsReachedByItsOwnPaths() throws Exception {
    provider.answers(
        (request, wire) -> wire.streamHead().chunk("data: " + GEMINI + "\r\n\r\n").lastChunk());
    String path =
        "/v1/projects/p/locations/l/publishers/google/models/gemini-2.5-flash"
            + ":streamGenerateContent?alt=sse";

    var answer = post(path, "{\"contents\":[]}");

    assertThat(answer.body()).isEqualTo("data: " + GEMINI + "\r\n\r\n");
    assertThat(provider.requests().getFirst().path()).isEqualTo("/vertex" + path);
    LlmRequestCompleted event = onlyEvent();
    assertThat(event.getProvider()).isEqualTo("vertex");
    assertThat(event.getStreamed()).isTrue();
  }

  @Test
  void bedrocksBinaryStreamPassesByteForByte() throws Exception {
    byte[] stream = eventStream();
    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      provider.answers(
          (request, wire) -> {
            wire.send(
                RawCaller.head(
                    "HTTP/1.1 200 OK",
                    "Content-Type: application/vnd.amazon.eventstream",
                    "x-amzn-RequestId: req-1",
                    "Transfer-Encoding: chunked"));
            for (int at = 0; at < stream.length; ) {
              int end = Math.min(stream.length, at + 1 + random.nextInt(60));
              wire.chunk(Arrays.copyOfRange(stream, at, end));
              at = end;
            }
            wire.lastChunk();
          });

      var answer =
          http.send(
              request("/bedrock/model/eu.amazon.nova-lite-v1%3A0/converse-stream")
                  .POST(BodyPublishers.ofString("{\"messages\":[]}"))
                  .build(),
              BodyHandlers.ofByteArray());

      assertThat(answer.body()).as("seed %d", seed).isEqualTo(stream);
    }
    assertThat(provider.requests().getFirst().path())
        .isEqualTo("/bedrock/model/eu.amazon.nova-lite-v1%3A0/converse-stream");
    assertThat(gateway().publisher.events())
        .hasSize(20)
        .allSatisfy(
            event -> {
              assertThat(event.getModelRequested()).isEqualTo("eu.amazon.nova-lite-v1:0");
              assertThat(event.getStatus()).isEqualTo("succeeded");
              assertThat(event.getUsage())
                  .containsExactlyInAnyOrder(Meters.item("input", 577), Meters.item("output", 18));
            });
  }

  @Test
  void headersOfAnInvokedModelCount() throws Exception {
    provider.answers(
        (request, wire) ->
            wire.send(
                RawCaller.head(
                        "HTTP/1.1 200 OK",
                        "X-Amzn-Bedrock-Input-Token-Count: 4",
                        "Content-Length: 2")
                    + "{}"));

    post("/model/cohere.embed-v4:0/invoke", "{}");

    LlmRequestCompleted event = onlyEvent();
    assertThat(event.getProvider()).isEqualTo("bedrock");
    assertThat(event.getOperation()).isEqualTo("embeddings");
    assertThat(event.getUsage()).containsExactly(Meters.item("input", 4));
  }

  @Test
  void bedrockIsSignedAnewWhereTheGatewayHoldsCredentials() throws Exception {
    gateway(
        TestGateway.Options.DEFAULTS.withoutPassThrough(
            Map.of(
                "bedrock",
                Providers.Configured.signed(
                    null, new AwsCredentials("gateway-id", "secret", null, "eu-west-1")))));
    provider.answers((request, wire) -> wire.json(200, "{\"usage\":{\"inputTokens\":1}}"));

    for (String path :
        new String[] {"/model/m%3A0/converse", "/bedrock/guardrail/g/version/1/apply"}) {
      var answer =
          http.send(
              request(path)
                  .setHeader(
                      "authorization",
                      "AWS4-HMAC-SHA256 Credential="
                          + TestGateway.EMITTER
                          + "/20261124/eu-west-1/bedrock/aws4_request, SignedHeaders=host,"
                          + " Signature=0")
                  .header("x-amz-security-token", "the-callers")
                  .POST(BodyPublishers.ofString("{}"))
                  .build(),
              BodyHandlers.ofString());

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(provider.requests().getLast().headers())
          .hasEntrySatisfying(
              "authorization",
              value ->
                  assertThat(value)
                      .startsWith("AWS4-HMAC-SHA256 Credential=gateway-id/")
                      .contains("/eu-west-1/bedrock/aws4_request, SignedHeaders=host;x-amz-date"))
          .doesNotContainKey("x-amz-security-token");
      assertThat(provider.requests().getLast().body()).isEqualTo("{}");
    }
    assertThat(onlyEvent().getModelRequested()).isEqualTo("m:0");
  }

  @Test
  void aSignatureOfAStrangerIsRefused() throws Exception {
    gateway(
        TestGateway.Options.DEFAULTS.withoutPassThrough(
            Map.of(
                "bedrock",
                Providers.Configured.signed(
                    null, new AwsCredentials("gateway-id", "secret", null, "eu-west-1")))));

    var answer =
        http.send(
            request("/model/m/converse")
                .setHeader("authorization", "AWS4-HMAC-SHA256 Credential=else/20261124/x")
                .POST(BodyPublishers.ofString("{}"))
                .build(),
            BodyHandlers.ofString());

    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(provider.requests()).isEmpty();
    noEvent();
  }

  @Test
  void coheresAndOtherOwnPathsAreRead() throws Exception {
    provider.answers(
        (request, wire) ->
            wire.json(200, "{\"meta\":{\"billed_units\":{\"search_units\":1}},\"results\":[]}"));

    post("/v2/rerank", "{\"model\":\"rerank-v4\"}");

    LlmRequestCompleted event = onlyEvent();
    assertThat(event.getProvider()).isEqualTo("cohere");
    assertThat(event.getOperation()).isEqualTo("rerank");
    assertThat(event.getModelRequested()).isEqualTo("rerank-v4");
    assertThat(event.getUsage()).containsExactly(Meters.item("search_unit", 1));
  }

  private static byte[] eventStream() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(message("contentBlockDelta", "{\"delta\":{\"text\":\"Grüße\"}}"));
    all.writeBytes(message("messageStop", "{\"stopReason\":\"end_turn\"}"));
    all.writeBytes(message("metadata", "{\"usage\":{\"inputTokens\":577,\"outputTokens\":18}}"));
    return all.toByteArray();
  }

  // The gateway leaves checksums to its caller, so that any will do here.
  private static byte[] message(String type, String payload) {
    byte[] name = ":event-type".getBytes(StandardCharsets.US_ASCII);
    byte[] value = type.getBytes(StandardCharsets.US_ASCII);
    byte[] body = payload.getBytes(StandardCharsets.UTF_8);
    int headers = 1 + name.length + 1 + 2 + value.length;
    return ByteBuffer.allocate(12 + headers + body.length + 4)
        .putInt(12 + headers + body.length + 4)
        .putInt(headers)
        .putInt(0)
        .put((byte) name.length)
        .put(name)
        .put((byte) 7)
        .putShort((short) value.length)
        .put(value)
        .put(body)
        .putInt(0)
        .array();
  }
}
