package io.llmcost.gateway.otlp;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code application/json}. Not protobuf's own JSON form: ids are hex here, where that has base64;
 * whole numbers of 64 bits are strings or numbers, and enums are numbers.
 */
final class JsonTraces implements TraceFormat {
  private static final int KIND_SERVER = 2;
  private static final int STATUS_ERROR = 2;
  private static final JsonMapper JSON = JsonMapper.shared();

  @Override
  public String contentType() {
    return "application/json";
  }

  @Override
  public List<Span> read(byte[] body) {
    JsonNode request;
    try {
      request = JSON.readTree(body);
    } catch (JacksonException e) {
      throw new IllegalArgumentException("is no JSON: " + e.getOriginalMessage(), e);
    }
    if (!request.isObject()) {
      throw new IllegalArgumentException("is no ExportTraceServiceRequest");
    }
    List<Span> spans = new ArrayList<>();
    for (JsonNode resourceSpans : request.path("resourceSpans")) {
      Map<String, Object> resource = attributes(resourceSpans.path("resource").path("attributes"));
      for (JsonNode scope : resourceSpans.path("scopeSpans")) {
        scope.path("spans").forEach(span -> spans.add(span(resource, span)));
      }
    }
    return spans;
  }

  private static Span span(Map<String, Object> resource, JsonNode span) {
    return new Span(
        id(span.path("traceId")),
        id(span.path("spanId")),
        span.path("kind").asInt(0) == KIND_SERVER,
        whole(span.path("startTimeUnixNano")),
        whole(span.path("endTimeUnixNano")),
        span.path("status").path("code").asInt(0) == STATUS_ERROR,
        resource,
        attributes(span.path("attributes")));
  }

  private static String id(JsonNode node) {
    return node.isString() ? node.stringValue().toLowerCase(Locale.ROOT) : "";
  }

  private static long whole(JsonNode node) {
    Long value = wholeOrNull(node);
    return value == null ? 0 : value;
  }

  private static @Nullable Long wholeOrNull(JsonNode node) {
    if (node.isIntegralNumber() && node.canConvertToLong()) {
      return node.longValue();
    }
    try {
      return node.isString() ? Long.valueOf(node.stringValue()) : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static Map<String, Object> attributes(JsonNode pairs) {
    Map<String, Object> attributes = new HashMap<>();
    for (JsonNode pair : pairs) {
      Object value = value(pair.path("value"));
      if (value != null) {
        attributes.put(pair.path("key").asString(""), value);
      }
    }
    return attributes;
  }

  private static @Nullable Object value(JsonNode value) {
    if (value.path("stringValue").isString()) {
      return value.path("stringValue").stringValue();
    }
    if (value.path("boolValue").isBoolean()) {
      return value.path("boolValue").booleanValue();
    }
    if (value.path("doubleValue").isNumber()) {
      return value.path("doubleValue").doubleValue();
    }
    return wholeOrNull(value.path("intValue"));
  }

  @Override
  public byte[] success(long rejected, @Nullable String message) {
    ObjectNode body = JSON.createObjectNode();
    if (message != null) {
      body.putObject("partialSuccess")
          .put("rejectedSpans", Long.toString(rejected))
          .put("errorMessage", message);
    }
    return JSON.writeValueAsBytes(body);
  }

  @Override
  public byte[] failure(int grpcCode, String message) {
    return JSON.writeValueAsBytes(
        JSON.createObjectNode().put("code", grpcCode).put("message", message));
  }
}
