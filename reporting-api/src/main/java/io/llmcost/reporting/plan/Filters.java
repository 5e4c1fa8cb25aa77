package io.llmcost.reporting.plan;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Which entries count: for each dimension named, one of its values; an empty value means none. */
public record Filters(Map<Dimension, List<String>> values) {

  public Filters {
    EnumMap<Dimension, List<String>> copy = new EnumMap<>(Dimension.class);
    values.forEach((dimension, allowed) -> copy.put(dimension, List.copyOf(allowed)));
    values = Collections.unmodifiableMap(copy);
  }

  /** Lets every entry through. */
  public static Filters none() {
    return new Filters(Map.of());
  }

  boolean inRollup() {
    return values.keySet().stream().allMatch(Dimension::inRollup);
  }
}
