package io.llmcost.recorder.deadletter;

import io.llmcost.chassis.kafka.DeadLetterCause;
import io.llmcost.chassis.problem.InvalidRequestException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads a {@link Selector} from a query's parameters or a body's object, by the same rules; an
 * unknown field is refused, since a misspelt filter that is ignored selects too much.
 */
public final class SelectorFields {
  /** As callers name them. */
  static final Set<String> NAMES =
      Set.of(
          "cause",
          "topic",
          "from",
          "to",
          "key",
          "project",
          "provider",
          "model",
          "state",
          "ids",
          "message");

  private static final int MAX_VALUES = 10_000;

  private final Map<String, List<String>> fields;

  private SelectorFields(Map<String, List<String>> fields) {
    this.fields = fields;
  }

  /** Returns the selector of {@code parameters}, whose names are all a selector's. */
  static Selector of(Map<String, List<String>> parameters) {
    return new SelectorFields(parameters).selector("");
  }

  /**
   * Returns the selector of an act's {@code body}: each field a text or an array of texts.
   *
   * @param all whether an empty one may be meant
   */
  public static Selector ofAct(@Nullable JsonNode body, boolean all) {
    Map<String, List<String>> fields = new LinkedHashMap<>();
    if (body != null && !body.isNull()) {
      if (!body.isObject()) {
        throw new InvalidRequestException("selector", "is no object of filters");
      }
      body.properties().forEach(field -> fields.put(field.getKey(), texts(field)));
    }
    Selector selector = new SelectorFields(fields).selector("selector.");
    if (selector.isEmpty() && !all) {
      throw new InvalidRequestException(
          "selector", "selects everything; narrow it, or say so with all: true");
    }
    return selector;
  }

  private static List<String> texts(Map.Entry<String, JsonNode> field) {
    JsonNode value = field.getValue();
    List<String> texts = new ArrayList<>();
    for (JsonNode each : value.isArray() ? value : List.of(value)) {
      if (!each.isString()) {
        throw new InvalidRequestException(
            "selector." + field.getKey(), "must be a text or an array of texts");
      }
      texts.add(each.stringValue());
    }
    return texts;
  }

  private Selector selector(String prefix) {
    for (Map.Entry<String, List<String>> field : fields.entrySet()) {
      String name = prefix + field.getKey();
      if (!NAMES.contains(field.getKey())) {
        throw new InvalidRequestException(
            name, "is no filter; there are " + NAMES.stream().sorted().toList());
      }
      if (field.getValue().stream().anyMatch(value -> value.indexOf(0) >= 0)) {
        throw new InvalidRequestException(name, "contains NUL, which no stored text has");
      }
      if (field.getValue().size() > MAX_VALUES) {
        throw new InvalidRequestException(name, "has more than " + MAX_VALUES + " values");
      }
    }
    return new Selector(
        causes(prefix),
        all("topic"),
        instant(prefix, "from"),
        instant(prefix, "to"),
        all("key"),
        all("project"),
        all("provider"),
        all("model"),
        states(prefix),
        ids(prefix),
        one(prefix, "message"));
  }

  private List<String> all(String name) {
    return fields.getOrDefault(name, List.of());
  }

  private @Nullable String one(String prefix, String name) {
    List<String> values = all(name);
    if (values.size() > 1) {
      throw new InvalidRequestException(prefix + name, "takes one value");
    }
    return values.isEmpty() ? null : values.getFirst();
  }

  private @Nullable Instant instant(String prefix, String name) {
    String text = one(prefix, name);
    try {
      return text == null ? null : OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeParseException e) {
      throw new InvalidRequestException(
          prefix + name, "'" + text + "' is no RFC 3339 time such as 2026-11-01T00:00:00Z");
    }
  }

  private List<String> causes(String prefix) {
    List<String> known = Arrays.stream(DeadLetterCause.values()).map(Enum::name).toList();
    return all("cause").stream()
        .map(cause -> cause.toUpperCase(Locale.ROOT))
        .peek(
            cause -> {
              if (!known.contains(cause)) {
                throw new InvalidRequestException(
                    prefix + "cause", "'" + cause + "' is none of " + known);
              }
            })
        .toList();
  }

  private List<LetterState> states(String prefix) {
    List<LetterState> states = new ArrayList<>();
    for (String text : all("state")) {
      try {
        states.add(LetterState.valueOf(text.toUpperCase(Locale.ROOT)));
      } catch (IllegalArgumentException e) {
        throw new InvalidRequestException(
            prefix + "state",
            "'"
                + text
                + "' is none of "
                + Arrays.stream(LetterState.values()).map(LetterState::text).toList());
      }
    }
    return states;
  }

  private List<UUID> ids(String prefix) {
    List<UUID> ids = new ArrayList<>();
    for (String text : all("ids")) {
      UUID id = uuid(prefix + "ids", text);
      if (!ids.contains(id)) {
        ids.add(id);
      }
    }
    return ids;
  }

  /** Returns {@code text} as the id that it must be. */
  public static UUID uuid(String field, String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException(field, "'" + text + "' is not what a list answered");
    }
  }
}
