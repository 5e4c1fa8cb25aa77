package io.llmcost.recorder.deadletter;

import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** JSON merge patch, RFC 7386: objects merge, null removes, all else replaces. */
final class MergePatch {
  private MergePatch() {}

  /** Returns {@code target} with {@code patch} applied; neither is changed. */
  static JsonNode apply(JsonNode target, JsonNode patch) {
    if (!patch.isObject()) {
      return patch;
    }
    ObjectNode result = JsonNodeFactory.instance.objectNode();
    if (target.isObject()) {
      target.properties().forEach(field -> result.set(field.getKey(), field.getValue()));
    }
    patch
        .properties()
        .forEach(
            field -> {
              if (field.getValue().isNull()) {
                result.remove(field.getKey());
              } else {
                JsonNode before =
                    Objects.requireNonNullElse(
                        result.get(field.getKey()), JsonNodeFactory.instance.nullNode());
                result.set(field.getKey(), apply(before, field.getValue()));
              }
            });
    return result;
  }
}
