package io.llmcost.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.llmcost.schemas.LlmRequestCompleted;
import io.llmcost.schemas.Meters;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** {@code POST /v1/traces}. */
class TraceIntakeTest extends GatewayFixture {
  private static final String PROTOBUF = "application/x-protobuf";
  private static final String JSON = "application/json";
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String SPAN = "b7ad6b7169203331";
  private final Instant end = Instant.now().truncatedTo(ChronoUnit.MICROS);

  private HttpResponse<byte[]> send(String type, byte[] body, String... more) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(gateway().url("/v1/traces")))
            .header("authorization", "Bearer " + TestGateway.EMITTER)
            .header("content-type", type)
            .POST(BodyPublishers.ofByteArray(body));
    if (more.length > 0) {
      request.headers(more);
    }
    return http.send(request.build(), BodyHandlers.ofByteArray());
  }

  private long nanos(Instant time) {
    return ChronoUnit.NANOS.between(Instant.EPOCH, time);
  }

  private static KeyValue text(String key, String value) {
    return KeyValue.newBuilder()
        .setKey(key)
        .setValue(AnyValue.newBuilder().setStringValue(value))
        .build();
  }

  private static KeyValue whole(String key, long value) {
    return KeyValue.newBuilder()
        .setKey(key)
        .setValue(AnyValue.newBuilder().setIntValue(value))
        .build();
  }

  private Span.Builder chat() {
    return span(SPAN)
        .addAttributes(text("gen_ai.operation.name", "chat"))
        .addAttributes(text("gen_ai.provider.name", "aws.bedrock"))
        .addAttributes(text("gen_ai.request.model", "nova-lite"))
        .addAttributes(text("gen_ai.response.model", "amazon.nova-lite-v1:0"))
        .addAttributes(text("gen_ai.response.id", "resp-1"))
        .addAttributes(whole("gen_ai.usage.input_tokens", 100))
        .addAttributes(whole("gen_ai.usage.cache_read.input_tokens", 30))
        .addAttributes(whole("gen_ai.usage.cache_creation.input_tokens", 20))
        .addAttributes(whole("gen_ai.usage.output_tokens", 10))
        .addAttributes(whole("gen_ai.usage.reasoning.output_tokens", 4))
        .addAttributes(text("gen_ai.input.messages", "the prompt, never kept"))
        .addAttributes(text("llmcost.user_id", "u-1"))
        .addAttributes(text("llmcost.trackable.type", "ticket"))
        .addAttributes(text("llmcost.trackable.id", "7"));
  }

  private Span.Builder span(String id) {
    return Span.newBuilder()
        .setTraceId(ByteString.copyFrom(HexFormat.of().parseHex(TRACE)))
        .setSpanId(ByteString.copyFrom(HexFormat.of().parseHex(id)))
        .setKind(Span.SpanKind.SPAN_KIND_CLIENT)
        .setStartTimeUnixNano(nanos(end.minusMillis(1500)))
        .setEndTimeUnixNano(nanos(end));
  }

  private static byte[] request(Span.Builder... spans) {
    ScopeSpans.Builder scope = ScopeSpans.newBuilder();
    for (Span.Builder span : spans) {
      scope.addSpans(span);
    }
    return ExportTraceServiceRequest.newBuilder()
        .addResourceSpans(
            ResourceSpans.newBuilder()
                .setResource(
                    Resource.newBuilder()
                        .addAttributes(text("service.name", "checkout"))
                        .addAttributes(text("llmcost.project", "shop"))
                        .addAttributes(text("llmcost.tags.team", "a")))
                .addScopeSpans(scope))
        .build()
        .toByteArray();
  }

  private void isTheChat(LlmRequestCompleted event) {
    assertThat(event.getSource()).isEqualTo("checkout");
    assertThat(event.getProject()).isEqualTo("shop");
    assertThat(event.getTags()).containsEntry("team", "a");
    assertThat(event.getUserId()).isEqualTo("u-1");
    assertThat(event.getTrackable().getId()).isEqualTo("7");
    assertThat(event.getProvider()).isEqualTo("bedrock");
    assertThat(event.getOperation()).isEqualTo("chat");
    assertThat(event.getModelRequested()).isEqualTo("nova-lite");
    assertThat(event.getModel()).isEqualTo("amazon.nova-lite-v1:0");
    assertThat(event.getStatus()).isEqualTo("succeeded");
    assertThat(event.getOccurredAt()).isEqualTo(end);
    assertThat(event.getLatencyMillis()).isEqualTo(1500);
    assertThat(event.getExternalId()).isEqualTo(TRACE + "-" + SPAN);
    assertThat(event.getContextTokens()).isEqualTo(100);
    assertThat(event.getUsage())
        .containsExactlyInAnyOrder(
            Meters.item("input", 50),
            Meters.item("input_cache_read", 30),
            Meters.item("input_cache_write_5m", 20),
            Meters.item("output", 6),
            Meters.item("output_reasoning", 4));
    assertThat(event.getMetadata()).containsEntry("response.id", "resp-1");
    assertThat(event.toString()).doesNotContain("the prompt");
  }

  @Test
  void aSpanIsAnEventAndSentAgainTheSameOne() throws Exception {
    HttpResponse<byte[]> answer = send(PROTOBUF, request(chat()));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(header(answer, "content-type")).isEqualTo(PROTOBUF);
    assertThat(ExportTraceServiceResponse.parseFrom(answer.body()).hasPartialSuccess()).isFalse();
    isTheChat(onlyEvent());

    send(PROTOBUF, request(chat()));
    assertThat(gateway().publisher.events())
        .hasSize(2)
        .extracting(LlmRequestCompleted::getEventId)
        .containsOnly(gateway().publisher.events().getFirst().getEventId());
  }

  @Test
  void jsonIsReadAlikeWithIdsInHex() throws Exception {
    send(PROTOBUF, request(chat()));
    String json =
        """
        {"resourceSpans": [{"resource": {"attributes": [
            {"key": "service.name", "value": {"stringValue": "checkout"}},
            {"key": "llmcost.project", "value": {"stringValue": "shop"}},
            {"key": "llmcost.tags.team", "value": {"stringValue": "a"}}]},
          "scopeSpans": [{"spans": [{
            "traceId": "%s", "spanId": "%s", "kind": 3,
            "startTimeUnixNano": "%d", "endTimeUnixNano": "%d",
            "attributes": [
              {"key": "gen_ai.operation.name", "value": {"stringValue": "chat"}},
              {"key": "gen_ai.system", "value": {"stringValue": "aws.bedrock"}},
              {"key": "gen_ai.request.model", "value": {"stringValue": "nova-lite"}},
              {"key": "gen_ai.response.model", "value": {"stringValue": "amazon.nova-lite-v1:0"}},
              {"key": "gen_ai.response.id", "value": {"stringValue": "resp-1"}},
              {"key": "gen_ai.usage.input_tokens", "value": {"intValue": "100"}},
              {"key": "gen_ai.usage.cache_read.input_tokens", "value": {"intValue": 30}},
              {"key": "gen_ai.usage.cache_creation.input_tokens", "value": {"doubleValue": 20}},
              {"key": "gen_ai.usage.output_tokens", "value": {"intValue": "10"}},
              {"key": "gen_ai.usage.reasoning.output_tokens", "value": {"intValue": "4"}},
              {"key": "gen_ai.request.stream", "value": {"boolValue": false}},
              {"key": "gen_ai.response.finish_reasons",
               "value": {"arrayValue": {"values": [{"stringValue": "stop"}]}}},
              {"key": "llmcost.user_id", "value": {"stringValue": "u-1"}},
              {"key": "llmcost.trackable.type", "value": {"stringValue": "ticket"}},
              {"key": "llmcost.trackable.id", "value": {"stringValue": "7"}}]}]}]}]}
        """
            .formatted(
                TRACE.toUpperCase(Locale.ROOT), SPAN, nanos(end.minusMillis(1500)), nanos(end));

    HttpResponse<byte[]> answer = send(JSON, json.getBytes(StandardCharsets.UTF_8));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(new String(answer.body(), StandardCharsets.UTF_8)).isEqualTo("{}");
    assertThat(gateway().publisher.events()).hasSize(2);
    isTheChat(gateway().publisher.events().getLast());
    assertThat(gateway().publisher.events().getLast().getEventId())
        .isEqualTo(gateway().publisher.events().getFirst().getEventId());
  }

  @Test
  void whatIsNoCallOfAModelIsIgnoredAndCounted() throws Exception {
    Span.Builder http = span("00000000000000a1").addAttributes(text("http.request.method", "GET"));
    Span.Builder agent = chat().setSpanId(ByteString.copyFromUtf8("agentid1"));
    agent.setAttributes(0, text("gen_ai.operation.name", "invoke_agent"));
    Span.Builder server = chat().setKind(Span.SpanKind.SPAN_KIND_SERVER);

    assertThat(send(PROTOBUF, request(http, agent, server, chat())).statusCode()).isEqualTo(200);

    onlyEvent();
    assertThat(spans("ignored")).isEqualTo(3);
    assertThat(spans("accepted")).isEqualTo(1);
  }

  private double spans(String result) {
    return gateway().meters.counter("llmcost.gateway.spans", "result", result).count();
  }

  @Test
  void aWrongSpanIsToldAndTheOthersAreTaken() throws Exception {
    Span.Builder endless = chat().setEndTimeUnixNano(0);
    Span.Builder early = chat().setEndTimeUnixNano(nanos(Instant.parse("2019-12-31T00:00:00Z")));
    Span.Builder anonymous = chat().setSpanId(ByteString.EMPTY);

    byte[] body = send(PROTOBUF, request(endless, early, anonymous, chat())).body();

    var partial = ExportTraceServiceResponse.parseFrom(body).getPartialSuccess();
    assertThat(partial.getRejectedSpans()).isEqualTo(3);
    assertThat(partial.getErrorMessage())
        .isEqualTo("span " + SPAN + ": it has no end time (and 2 more)");
    onlyEvent();
    assertThat(spans("rejected")).isEqualTo(3);

    String json = new String(send(JSON, jsonOf("x")).body(), StandardCharsets.UTF_8);
    assertThat(JsonMapper.shared().readTree(json).at("/partialSuccess/rejectedSpans").asString())
        .isEqualTo("1");
  }

  private byte[] jsonOf(String traceId) {
    return """
    {"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"%s","spanId":"%s",
    "endTimeUnixNano":%d,"attributes":[
    {"key":"gen_ai.provider.name","value":{"stringValue":"openai"}},
    {"key":"gen_ai.request.model","value":{"stringValue":"m"}}]}]}]}]}
    """
        .formatted(traceId, SPAN, nanos(end))
        .getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void failuresStreamsAndOldNames() throws Exception {
    Span.Builder failed =
        span("00000000000000b1")
            .setStatus(Status.newBuilder().setCode(Status.StatusCode.STATUS_CODE_ERROR))
            .addAttributes(text("gen_ai.system", "az.ai.openai"))
            .addAttributes(text("gen_ai.request.model", "mine"))
            .addAttributes(text("error.type", "timeout"));
    Span.Builder old =
        span("00000000000000b2")
            .addAttributes(text("gen_ai.system", "Anthropic"))
            .addAttributes(text("gen_ai.operation.name", "text_completion"))
            .addAttributes(whole("gen_ai.usage.prompt_tokens", 5))
            .addAttributes(whole("gen_ai.usage.completion_tokens", 2))
            .addAttributes(
                KeyValue.newBuilder()
                    .setKey("gen_ai.response.time_to_first_chunk")
                    .setValue(AnyValue.newBuilder().setDoubleValue(0.25)));

    send(PROTOBUF, request(failed, old));

    var events = gateway().publisher.events();
    assertThat(events.getFirst().getProvider()).isEqualTo("azure");
    assertThat(events.getFirst().getStatus()).isEqualTo("failed");
    assertThat(events.getFirst().getErrorCode()).isEqualTo("timeout");
    assertThat(events.getFirst().getUsageSource()).isEqualTo("none");
    assertThat(events.getLast().getProvider()).isEqualTo("anthropic");
    assertThat(events.getLast().getOperation()).isEqualTo("completions");
    assertThat(events.getLast().getModel()).isEqualTo("unknown");
    assertThat(events.getLast().getStreamed()).isTrue();
    assertThat(events.getLast().getTimeToFirstTokenMillis()).isEqualTo(250);
    assertThat(events.getLast().getUsage())
        .containsExactly(Meters.item("input", 5), Meters.item("output", 2));
  }

  @Test
  void partsThatExceedTheirGrossAreCutAndFlagged() throws Exception {
    Span.Builder exclusive = chat();
    exclusive.setAttributes(5, whole("gen_ai.usage.input_tokens", 40));

    send(PROTOBUF, request(exclusive));

    var event = onlyEvent();
    assertThat(event.getUsageInconsistent()).isTrue();
    assertThat(event.getMetadata().get("provider_usage"))
        .contains("input_tokens=40", "cache_read.input_tokens=30");
    assertThat(event.getUsage()).contains(Meters.item("input_cache_write_5m", 10));
  }

  @Test
  void gzipIsInflatedWithinTheLimit() throws Exception {
    assertThat(send(PROTOBUF, gzip(request(chat())), "content-encoding", "gzip").statusCode())
        .isEqualTo(200);
    isTheChat(onlyEvent());

    byte[] bomb = gzip(new byte[2 * 1024 * 1024]);
    assertThat(send(PROTOBUF, bomb, "content-encoding", "gzip").statusCode()).isEqualTo(413);
    assertThat(send(PROTOBUF, new byte[] {1}, "content-encoding", "gzip").statusCode())
        .isEqualTo(400);
    assertThat(send(PROTOBUF, new byte[0], "content-encoding", "br").statusCode()).isEqualTo(415);
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }

  @Test
  void badRequestsAreRefusedInTheFormatsOwnWords() throws Exception {
    HttpResponse<byte[]> broken = send(PROTOBUF, new byte[] {(byte) 0xff});
    assertThat(broken.statusCode()).isEqualTo(400);
    assertThat(header(broken, "content-type")).isEqualTo(PROTOBUF);
    assertThat(broken.body()).startsWith(8, 3); // google.rpc.Status, INVALID_ARGUMENT
    HttpResponse<byte[]> json = send(JSON, new byte[] {'['});
    assertThat(json.statusCode()).isEqualTo(400);
    assertThat(new String(json.body(), StandardCharsets.UTF_8)).contains("\"code\":3");
    assertThat(send("text/plain", new byte[0]).statusCode()).isEqualTo(415);
    assertThat(get("/v1/traces").statusCode()).isEqualTo(405);
    assertThat(post("/v1/traces", "{}").statusCode()).isEqualTo(401);
    noEvent();
  }

  @Test
  void aFullJournalAsksToComeBack() throws Exception {
    gateway().publisher.full();

    HttpResponse<byte[]> answer = send(PROTOBUF, request(chat()));

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(header(answer, "retry-after")).isEqualTo("5");
    assertThat(answer.body()).startsWith(8, 14); // UNAVAILABLE
  }
}
