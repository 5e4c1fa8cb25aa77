package io.llmcost.recorder.deadletter;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One place where two values differ.
 *
 * @param path as in {@code completed.usage[0].quantity}; empty for the whole
 * @param before null where there was nothing
 * @param after null where there is nothing any more
 */
record Difference(String path, @Nullable JsonNode before, @Nullable JsonNode after) {

  /** Returns every place where {@code after} is not what {@code before} is. */
  static List<Difference> between(JsonNode before, JsonNode after) {
    List<Difference> differences = new ArrayList<>();
    add(differences, "", before, after);
    return differences;
  }

  private static void add(
      List<Difference> to, String path, @Nullable JsonNode before, @Nullable JsonNode after) {
    if (before != null && after != null && before.isObject() && after.isObject()) {
      Set<String> names = new LinkedHashSet<>(before.propertyNames());
      names.addAll(after.propertyNames());
      for (String name : names) {
        add(to, path.isEmpty() ? name : path + "." + name, before.get(name), after.get(name));
      }
    } else if (before != null
        && after != null
        && before.isArray()
        && after.isArray()
        && before.size() == after.size()) {
      for (int i = 0; i < before.size(); i++) {
        add(to, path + "[" + i + "]", before.get(i), after.get(i));
      }
    } else if (before == null || !before.equals(after)) {
      to.add(new Difference(path, before, after));
    }
  }
}
