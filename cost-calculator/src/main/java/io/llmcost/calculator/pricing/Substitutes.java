package io.llmcost.calculator.pricing;

import io.llmcost.schemas.Meters;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which rates stand in where a model has none for a meter: the nearest meter above it, so that
 * cached audio is charged as audio and all of them at last as plain input or output. Only meters
 * that the contract knows; what an unknown one means, nobody can say.
 */
final class Substitutes {

  private static final String[] NONE = {};
  private static final Map<String, String[]> BY_METER = byMeter();

  private Substitutes() {}

  /** Returns the meters whose rates stand in for {@code meter}, the nearest first. */
  static String[] of(String meter) {
    return BY_METER.getOrDefault(meter, NONE);
  }

  private static Map<String, String[]> byMeter() {
    Map<String, String[]> byMeter = new HashMap<>();
    for (String meter : Meters.known()) {
      if (Meters.isPrompt(meter) || Meters.isCompletion(meter)) {
        byMeter.put(meter, above(meter).toArray(NONE));
      }
    }
    return Map.copyOf(byMeter);
  }

  private static List<String> above(String meter) {
    List<String> above = new ArrayList<>();
    int cut = meter.lastIndexOf('_');
    while (cut > 0) {
      above.add(meter.substring(0, cut));
      cut = meter.lastIndexOf('_', cut - 1);
    }
    return above;
  }
}
