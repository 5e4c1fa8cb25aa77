package io.llmcost.client.event;

import io.llmcost.schemas.EventRules.Violation;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads the members of one JSON object into typed values, and notes what is wrong with each. Null
 * stands for absent.
 */
public final class JsonFields {
  private static final int MAX_NUMBER_LENGTH = 64;

  private final JsonNode object;
  private final String prefix;
  private final List<Violation> violations;

  /**
   * Reads {@code object}.
   *
   * @param prefix stands before the names in violations: empty, or for instance {@code usage[2].}
   */
  public JsonFields(JsonNode object, String prefix, List<Violation> violations) {
    this.object = object;
    this.prefix = prefix;
    this.violations = violations;
  }

  /** Notes every member that is none of {@code known}. */
  public void refuseOthers(Set<String> known) {
    for (String name : object.propertyNames()) {
      if (!known.contains(name)) {
        String nearest = Names.nearest(name, known);
        refuse(
            name,
            nearest == null
                ? "is no known field"
                : "is no known field; did you mean " + nearest + "?");
      }
    }
  }

  /** Notes what is wrong with a member. */
  public void refuse(String name, String reason) {
    violations.add(new Violation(prefix + name, reason));
  }

  /**
   * Returns a member that is an object.
   *
   * @param known its members, every other being refused; null where any may be there
   */
  public @Nullable JsonFields object(String name, @Nullable Set<String> known) {
    JsonNode node = get(name);
    if (node == null) {
      return null;
    }
    if (!node.isObject()) {
      refuse(name, "has to be an object, not " + kind(node));
      return null;
    }
    JsonFields inner = new JsonFields(node, prefix + name + ".", violations);
    if (known != null) {
      inner.refuseOthers(known);
    }
    return inner;
  }

  /** Returns whether a member is there, null or not. */
  public boolean has(String name) {
    return object.has(name);
  }

  /** Returns a member that is there and not null. */
  public @Nullable JsonNode get(String name) {
    JsonNode node = object.get(name);
    return node == null || node.isNull() ? null : node;
  }

  /** Returns a string. */
  public @Nullable String text(String name) {
    JsonNode node = get(name);
    if (node == null || node.isString()) {
      return node == null ? null : node.stringValue();
    }
    refuse(name, "has to be a string, not " + kind(node));
    return null;
  }

  /** Returns a string, which has to be there. */
  public @Nullable String requiredText(String name) {
    if (get(name) == null) {
      refuse(name, "is required");
      return null;
    }
    return text(name);
  }

  /** Returns true or false, which is also what stands for absent. */
  public boolean flag(String name) {
    JsonNode node = get(name);
    if (node == null || node.isBoolean()) {
      return node != null && node.booleanValue();
    }
    refuse(name, "has to be true or false, not " + kind(node));
    return false;
  }

  /** Returns a whole number. */
  public @Nullable Long whole(String name) {
    JsonNode node = get(name);
    if (node == null || (node.isIntegralNumber() && node.canConvertToLong())) {
      return node == null ? null : Long.valueOf(node.longValue());
    }
    refuse(name, "has to be a whole number, not " + kind(node));
    return null;
  }

  /** Returns a whole number of 32 bits. */
  public @Nullable Integer integer(String name) {
    Long whole = whole(name);
    if (whole != null && whole != whole.intValue()) {
      refuse(name, whole + " is out of range");
      return null;
    }
    return whole == null ? null : Integer.valueOf(whole.intValue());
  }

  /** Returns a number, or the decimal digits of a string, with exactly {@code scale} places. */
  public @Nullable BigDecimal decimal(String name, int scale) {
    JsonNode node = get(name);
    if (node == null) {
      refuse(name, "is required");
      return null;
    }
    BigDecimal number = node.isNumber() ? node.decimalValue() : parsed(node);
    if (number == null) {
      refuse(name, "has to be a number or a decimal string, not " + kind(node));
      return null;
    }
    if (number.signum() != 0 && number.stripTrailingZeros().scale() > scale) {
      refuse(name, "has more than " + scale + " places after the point");
      return null;
    }
    if (number.precision() - number.scale() > 38 - scale) {
      refuse(name, "is too large");
      return null;
    }
    return number.setScale(scale);
  }

  /** Returns an RFC 3339 time in whole microseconds; what is finer is cut off. */
  public @Nullable Instant time(String name) {
    String text = requiredText(name);
    if (text == null) {
      return null;
    }
    try {
      Instant time =
          text.endsWith("Z") ? Instant.parse(text) : OffsetDateTime.parse(text).toInstant();
      return time.truncatedTo(ChronoUnit.MICROS);
    } catch (DateTimeException e) {
      refuse(name, "has to be an RFC 3339 time such as 2026-11-24T08:15:30.5Z");
      return null;
    }
  }

  /** Returns an object whose values are strings, numbers or booleans, as strings. */
  public Map<String, String> entries(String name) {
    JsonNode node = get(name);
    if (node == null) {
      return Map.of();
    }
    if (!node.isObject()) {
      refuse(name, "has to be an object, not " + kind(node));
      return Map.of();
    }
    Map<String, String> entries = new HashMap<>();
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      JsonNode value = entry.getValue();
      if (value.isValueNode() && !value.isNull()) {
        entries.put(entry.getKey(), value.asString());
      } else if (!value.isNull()) {
        refuse(name + "." + entry.getKey(), "has to be a string, not " + kind(value));
      }
    }
    return entries;
  }

  /** Returns what {@code node} is, in words. */
  public static String kind(JsonNode node) {
    return switch (node.getNodeType()) {
      case ARRAY -> "an array";
      case OBJECT, POJO -> "an object";
      case STRING -> "this string";
      case NUMBER -> "this number";
      case BOOLEAN -> "a boolean";
      case NULL, MISSING -> "null";
      case BINARY -> "binary";
    };
  }

  private static @Nullable BigDecimal parsed(JsonNode node) {
    if (!node.isString() || node.stringValue().length() > MAX_NUMBER_LENGTH) {
      return null;
    }
    try {
      return new BigDecimal(node.stringValue());
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
