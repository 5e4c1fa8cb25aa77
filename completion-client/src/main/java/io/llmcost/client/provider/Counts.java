package io.llmcost.client.provider;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads the numbers of a usage object, whose members may be absent, null, or odd. */
final class Counts {
  private static final BigDecimal LARGEST = BigDecimal.valueOf(Long.MAX_VALUE / 4);

  private Counts() {}

  /** Returns a count; 0 where it is absent or no whole number. Negative as the provider has it. */
  static long of(@Nullable JsonNode parent, String name) {
    Long count = orNull(parent, name);
    return count == null ? 0 : count;
  }

  /** Returns a count; null where it is absent or no whole number. */
  static @Nullable Long orNull(@Nullable JsonNode parent, String name) {
    return parent == null ? null : wholeOrNull(parent.get(name));
  }

  static @Nullable Long wholeOrNull(@Nullable JsonNode node) {
    if (node == null) {
      return null;
    }
    BigDecimal number = numberOrNull(node);
    return number == null || number.abs().compareTo(LARGEST) > 0 ? null : number.longValue();
  }

  /** Returns a number, which some providers write as a string; null for anything else. */
  static @Nullable BigDecimal numberOrNull(@Nullable JsonNode node) {
    if (node == null) {
      return null;
    }
    if (node.isNumber()) {
      return node.decimalValue();
    }
    if (node.isString() && node.stringValue().length() <= 40) {
      try {
        return new BigDecimal(node.stringValue());
      } catch (NumberFormatException e) {
        return null;
      }
    }
    return null;
  }

  /** Returns a member that is an object, else null. */
  static @Nullable JsonNode object(@Nullable JsonNode parent, String name) {
    JsonNode node = parent == null ? null : parent.get(name);
    return node != null && node.isObject() ? node : null;
  }

  /** Returns a member that is a string with something in it, else null. */
  static @Nullable String text(@Nullable JsonNode parent, String name) {
    JsonNode node = parent == null ? null : parent.get(name);
    return node != null && node.isString() && !node.stringValue().isBlank()
        ? node.stringValue()
        : null;
  }
}
