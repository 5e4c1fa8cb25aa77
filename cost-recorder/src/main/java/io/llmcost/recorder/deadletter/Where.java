package io.llmcost.recorder.deadletter;

import io.llmcost.schemas.EventIds;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A {@link Selector} as a condition on {@code dead_letter l}.
 *
 * @param sql with named parameters
 * @param parameters all that it names
 */
public record Where(String sql, Map<String, Object> parameters) {

  /** Returns the condition that {@code selector} means; {@code true} for an empty one. */
  public static Where of(Selector selector) {
    List<String> conditions = new ArrayList<>(List.of("true"));
    Map<String, Object> parameters = new HashMap<>();
    in(conditions, parameters, "l.cause", "cause", selector.cause());
    in(conditions, parameters, "l.original_topic", "topic", selector.topic());
    in(conditions, parameters, "l.key", "key", keys(selector.key()));
    in(conditions, parameters, "l.project", "project", selector.project());
    in(conditions, parameters, "l.provider", "provider", selector.provider());
    in(conditions, parameters, "l.model", "model", selector.model());
    if (!selector.states().isEmpty()) {
      // Written out, for the planner to see that the index of the waiting ones will do.
      conditions.add(
          selector.states().stream()
              .map(state -> "'" + state.text() + "'")
              .collect(Collectors.joining(", ", "l.state in (", ")")));
    }
    in(conditions, parameters, "l.id", "ids", selector.ids());
    // The ids sort by the same time, and are indexed.
    if (selector.from() != null) {
      conditions.add("l.dead_lettered_at >= :from and l.id >= :from_id");
      parameters.put("from", utc(selector.from()));
      parameters.put("from_id", EventIds.firstOf(selector.from()));
    }
    if (selector.to() != null) {
      conditions.add("l.dead_lettered_at < :to and l.id < :to_id");
      parameters.put("to", utc(selector.to()));
      parameters.put("to_id", EventIds.firstOf(selector.to().plusMillis(1)));
    }
    if (selector.message() != null) {
      conditions.add("position(lower(:message) in lower(l.message)) > 0");
      parameters.put("message", selector.message());
    }
    return new Where(String.join(" and ", conditions), parameters);
  }

  private static void in(
      List<String> conditions,
      Map<String, Object> parameters,
      String column,
      String name,
      List<?> values) {
    if (!values.isEmpty()) {
      conditions.add(column + " in (:" + name + ")");
      parameters.put(name, values);
    }
  }

  private static List<byte[]> keys(List<String> texts) {
    List<byte[]> keys = new ArrayList<>();
    for (String text : texts) {
      keys.add(text.getBytes(StandardCharsets.UTF_8));
      try {
        keys.add(HexFormat.of().parseHex(text));
      } catch (IllegalArgumentException e) {
        // text alone
      }
    }
    return keys;
  }

  private static OffsetDateTime utc(Instant at) {
    return OffsetDateTime.ofInstant(at, ZoneOffset.UTC);
  }
}
