package io.llmcost.gateway.call;

import io.llmcost.client.provider.Completion;
import io.llmcost.client.provider.MeterReading;
import io.llmcost.client.request.ChatApis;
import io.llmcost.client.request.LlmAnswer;
import io.llmcost.gateway.problem.Problem;
import io.llmcost.gateway.server.OwnAnswer;
import io.llmcost.schemas.Meters;
import io.llmcost.schemas.UsageItem;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * From a provider's answer to that of {@code POST /v1/requests}: one form for all of them, and a
 * problem where the provider did not answer the question. Pure; for any number of threads.
 */
record TypedAnswers(ChatApis apis) {
  private static final ObjectMapper JSON = JsonMapper.shared();
  private static final int MAX_MESSAGE_LENGTH = 2_000;
  private static final List<String> PASSED_ON =
      List.of(CallRecord.EVENT_ID, CallRecord.TRACKED, "retry-after");

  /**
   * What a provider answered.
   *
   * @param headers as the caller would get them, by lower-case name
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  record Received(
      int status, UnaryOperator<@Nullable String> headers, byte[] body, long latencyMillis) {}

  OwnAnswer of(TypedRequests.Call call, Received received) {
    if (received.status() >= 400) {
      return failure(call, received);
    }
    Optional<LlmAnswer> answer =
        apis.read(
            call.provider(),
            call.request().path(),
            received.status(),
            received.headers(),
            received.body());
    return answer
        .map(said -> success(call, received, said))
        .orElseGet(
            () ->
                problem(
                    call,
                    received,
                    Problem.of(
                        502,
                        "Answer not understood",
                        call.provider() + " answered " + received.status() + " without JSON."),
                    null));
  }

  private static OwnAnswer success(TypedRequests.Call call, Received received, LlmAnswer answer) {
    ObjectNode body = JSON.createObjectNode();
    body.put("event_id", received.headers().apply(CallRecord.EVENT_ID));
    body.put("provider", call.provider());
    body.put("model_requested", call.model());
    body.put("model", answer.completion().model());
    body.put("text", answer.text());
    body.put(
        "finish_reason",
        answer.finishReason() == null
            ? null
            : answer.finishReason().name().toLowerCase(Locale.ROOT));
    body.put("provider_finish_reason", answer.providerReason());
    body.set("usage", usage(answer.completion()));
    body.put("latency_millis", received.latencyMillis());
    body.put("response_id", answer.providerId());
    body.put("request_id", call.context().requestId());
    return new OwnAnswer(200, "application/json", JSON.writeValueAsBytes(body), headers(received));
  }

  private static JsonNode usage(Completion completion) {
    if (completion.usage().isEmpty()) {
      return JSON.nullNode();
    }
    List<UsageItem> items = completion.usage().stream().map(MeterReading::toUsageItem).toList();
    long prompt = Meters.promptTokens(items);
    long said = Meters.completionTokens(items);
    ObjectNode usage = JSON.createObjectNode();
    usage.put("prompt_tokens", prompt);
    usage.put("completion_tokens", said);
    usage.put("total_tokens", prompt + said);
    ArrayNode list = usage.putArray("items");
    for (MeterReading reading : completion.usage()) {
      list.addObject().put("meter", reading.meter()).put("quantity", reading.quantity());
    }
    return usage;
  }

  private static OwnAnswer failure(TypedRequests.Call call, Received received) {
    int status = received.status();
    // Whose credential it is the gateway knows; what the provider says of it may quote it.
    boolean credential = status == 401 || status == 403;
    JsonNode error = credential ? null : error(received.body());
    String message = error == null ? null : message(error);
    String title = credential ? "Provider refused the credential" : "Provider refused the request";
    String detail = call.provider() + " answered " + status;
    return problem(
        call,
        received,
        Problem.of(
            statusFor(status),
            status < 500 ? title : "Provider failed",
            message == null ? detail + "." : detail + ": " + message),
        error == null ? null : code(error));
  }

  // What the caller can mend keeps its status; what lies behind the gateway is a gateway's.
  private static int statusFor(int status) {
    return switch (status) {
      case 400, 404, 409, 413, 422, 429 -> status;
      case 503, 529 -> 503;
      case 408, 504 -> 504;
      default -> 502;
    };
  }

  private static OwnAnswer problem(
      TypedRequests.Call call, Received received, Problem problem, @Nullable String code) {
    ObjectNode body = problem.toJson();
    body.put("provider", call.provider());
    body.put("provider_status", received.status());
    if (code != null) {
      body.put("provider_code", code);
    }
    body.put("event_id", received.headers().apply(CallRecord.EVENT_ID));
    return new OwnAnswer(
        problem.status(), Problem.MEDIA_TYPE, JSON.writeValueAsBytes(body), headers(received));
  }

  private static @Nullable JsonNode error(byte[] body) {
    try {
      JsonNode answer = JSON.readTree(body);
      JsonNode first = answer.isArray() ? answer.path(0) : answer; // Google's may be in an array
      JsonNode error = first.path("error");
      return error.isMissingNode() ? first : error;
    } catch (JacksonException e) {
      return null;
    }
  }

  private static @Nullable String message(JsonNode error) {
    for (String name : List.of("message", "Message", "detail")) {
      if (error.path(name).isString()) {
        return cut(error.path(name).stringValue());
      }
    }
    return error.isString() ? cut(error.stringValue()) : null;
  }

  private static String cut(String text) {
    return text.length() <= MAX_MESSAGE_LENGTH ? text : text.substring(0, MAX_MESSAGE_LENGTH) + "…";
  }

  private static @Nullable String code(JsonNode error) {
    for (String name : List.of("code", "status", "type", "__type")) {
      if (error.path(name).isString()) {
        return cut(error.path(name).stringValue());
      }
    }
    return null;
  }

  private static Map<String, String> headers(Received received) {
    Map<String, String> passed = new HashMap<>();
    for (String name : PASSED_ON) {
      String value = received.headers().apply(name);
      if (value != null) {
        passed.put(name, value);
      }
    }
    return passed;
  }
}
