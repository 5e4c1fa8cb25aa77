package io.llmcost.recorder.deadletter;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A {@link Selector} as callers write it, what does not matter left out. */
public final class SelectorJson {
  private SelectorJson() {}

  /** Returns the fields of {@code selector} for JSON. */
  public static Map<String, Object> of(Selector selector) {
    Map<String, Object> fields = new LinkedHashMap<>();
    put(fields, "cause", selector.cause());
    put(fields, "topic", selector.topic());
    if (selector.from() != null) {
      fields.put("from", selector.from().toString());
    }
    if (selector.to() != null) {
      fields.put("to", selector.to().toString());
    }
    put(fields, "key", selector.key());
    put(fields, "project", selector.project());
    put(fields, "provider", selector.provider());
    put(fields, "model", selector.model());
    put(fields, "state", selector.states().stream().map(LetterState::text).toList());
    put(fields, "ids", selector.ids().stream().map(Object::toString).toList());
    if (selector.message() != null) {
      fields.put("message", selector.message());
    }
    return fields;
  }

  private static void put(Map<String, Object> fields, String name, List<?> values) {
    if (!values.isEmpty()) {
      fields.put(name, values);
    }
  }
}
