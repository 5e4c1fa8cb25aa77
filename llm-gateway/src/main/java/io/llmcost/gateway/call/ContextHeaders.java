package io.llmcost.gateway.call;

import io.llmcost.client.event.CompletedEvents;
import io.llmcost.client.event.LlmCallContext;
import io.llmcost.gateway.key.KeyGrant;
import io.llmcost.gateway.problem.Problem;
import io.llmcost.gateway.problem.ProblemException;
import io.netty.handler.codec.http.HttpHeaders;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/**
 * Whom and what a call is for, as its {@code x-llmcost-*} headers say: read before the provider is
 * called, so that a header that no event can carry is the caller's problem and costs nothing.
 */
final class ContextHeaders {
  private static final String PREFIX = "x-llmcost-";
  private static final String TRACKABLE = PREFIX + "trackable";
  private static final ObjectMapper JSON = JsonMapper.shared();

  private final LlmCallContext empty;

  /** Reads for calls through the gateway that events name {@code source}. */
  ContextHeaders(String source) {
    this.empty = LlmCallContext.of(source);
  }

  /** Returns whether a header is ours, and so not the provider's. */
  static boolean isOurs(CharSequence name) {
    int length = PREFIX.length();
    if (name.length() < length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if ((name.charAt(i) | 0x20) != (PREFIX.charAt(i) | 0x20)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Reads the headers of a request; a ProblemException names the header that is refused.
   *
   * @param grant of the caller's gateway key, which has its own say, or null
   */
  LlmCallContext read(HttpHeaders headers, @Nullable KeyGrant grant) {
    if (!any(headers)) {
      return grant == null ? empty : grant.over(empty);
    }
    LlmCallContext said = said(headers);
    LlmCallContext context = grant == null ? said : grant.over(said);
    check(context);
    return context;
  }

  private LlmCallContext said(HttpHeaders headers) {
    String trackable = text(headers, TRACKABLE);
    int colon = trackable == null ? -1 : trackable.indexOf(':');
    if (trackable != null && (colon < 1 || colon == trackable.length() - 1)) {
      throw new ProblemException(
          Problem.badRequest(TRACKABLE, "has to be type:id, for instance ticket:4711"));
    }
    return new LlmCallContext(
        empty.source(),
        text(headers, PREFIX + "project"),
        text(headers, PREFIX + "user"),
        text(headers, PREFIX + "request-type"),
        trackable == null ? null : trackable.substring(0, colon).strip(),
        trackable == null ? null : trackable.substring(colon + 1).strip(),
        null,
        entries(headers, PREFIX + "tags"),
        entries(headers, PREFIX + "metadata"),
        text(headers, PREFIX + "request-id"));
  }

  private static boolean any(HttpHeaders headers) {
    for (var all = headers.iteratorCharSequence(); all.hasNext(); ) {
      if (isOurs(all.next().getKey())) {
        return true;
      }
    }
    return false;
  }

  private static void check(LlmCallContext context) {
    var violations = CompletedEvents.violations(context);
    if (!violations.isEmpty()) {
      var first = violations.getFirst();
      throw new ProblemException(Problem.badRequest(headerOf(first.field()), first.reason()));
    }
  }

  private static String headerOf(String field) {
    int end = 0;
    while (end < field.length() && isNamePart(field.charAt(end))) {
      end++;
    }
    String base = field.substring(0, end);
    return PREFIX + (base.equals("user_id") ? "user" : base.replace('_', '-'));
  }

  private static boolean isNamePart(char c) {
    return c == '_' || (c >= 'a' && c <= 'z');
  }

  private static @Nullable String text(HttpHeaders headers, String name) {
    String raw = headers.get(name);
    if (raw == null || raw.isBlank()) {
      return null;
    }
    for (int i = 0; i < raw.length(); i++) {
      if (raw.charAt(i) >= 0x80) {
        return utf8(name, raw).strip();
      }
    }
    return raw.strip();
  }

  // HTTP gives bytes; clients that send more than ASCII send UTF-8.
  private static String utf8(String name, String raw) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(raw.getBytes(StandardCharsets.ISO_8859_1)))
          .toString();
    } catch (CharacterCodingException e) {
      throw new ProblemException(Problem.badRequest(name, "is not UTF-8"));
    }
  }

  // A JSON object, or name=value pairs with commas between them.
  private static Map<String, String> entries(HttpHeaders headers, String name) {
    String value = text(headers, name);
    if (value == null) {
      return Map.of();
    }
    return value.startsWith("{") ? json(name, value) : pairs(name, value);
  }

  private static Map<String, String> pairs(String name, String value) {
    Map<String, String> entries = new LinkedHashMap<>();
    for (String pair : value.split(",")) {
      int equals = pair.indexOf('=');
      if (equals < 1) {
        throw new ProblemException(
            Problem.badRequest(
                name, "has to be name=value pairs with commas between them, or a JSON object"));
      }
      entries.put(pair.substring(0, equals).strip(), pair.substring(equals + 1).strip());
    }
    return entries;
  }

  private static Map<String, String> json(String name, String value) {
    Map<String, String> entries = new LinkedHashMap<>();
    try {
      for (var entry : JSON.readTree(value).properties()) {
        JsonNode node = entry.getValue();
        entries.put(entry.getKey(), node.isValueNode() ? node.asString() : node.toString());
      }
    } catch (JacksonException e) {
      throw new ProblemException(
          Problem.badRequest(name, "is no JSON object: " + e.getOriginalMessage()));
    }
    return entries;
  }
}
