package io.llmcost.gateway.otlp;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is looked at of a span.
 *
 * @param traceId 32 hex digits, lower case
 * @param spanId 16 hex digits, lower case
 * @param server whether it is the called side's
 * @param startNanos since 1970; 0 where it is not told
 * @param endNanos since 1970; 0 where it is not told
 * @param failed whether its status says so
 * @param resource attributes of what sent it: String, Long, Double or Boolean; others are left out
 * @param attributes its own, alike
 */
record Span(
    String traceId,
    String spanId,
    boolean server,
    long startNanos,
    long endNanos,
    boolean failed,
    Map<String, Object> resource,
    Map<String, Object> attributes) {

  /** Returns an attribute's text, or null where there is none that is not blank. */
  @Nullable String text(String name) {
    return text(attributes, name);
  }

  /** Returns an attribute's text of the span, else of what sent it. */
  @Nullable String textOrOfResource(String name) {
    String own = text(name);
    return own == null ? text(resource, name) : own;
  }

  private static @Nullable String text(Map<String, Object> attributes, String name) {
    return attributes.get(name) instanceof String text && !text.isBlank() ? text : null;
  }

  /** Returns an attribute's whole number, or null where there is none. */
  @Nullable Long whole(String name) {
    return switch (attributes.get(name)) {
      case Long whole -> whole;
      case Double number when number == Math.rint(number) && Math.abs(number) < 1e15 ->
          number.longValue();
      case null, default -> null;
    };
  }

  /** Returns an attribute's number, or null where there is none. */
  @Nullable Double number(String name) {
    return attributes.get(name) instanceof Number number ? number.doubleValue() : null;
  }
}
