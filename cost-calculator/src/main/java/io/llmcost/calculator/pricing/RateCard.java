package io.llmcost.calculator.pricing;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All rates of one entry of the book: one provider and one model match. */
final class RateCard {

  static final RateCard EMPTY = new RateCard(List.of());

  private final Map<String, Rate[]> byMeter;

  RateCard(List<Rate> rates) {
    Map<String, List<Rate>> grouped = new HashMap<>();
    for (Rate rate : rates) {
      grouped.computeIfAbsent(rate.meter(), meter -> new ArrayList<>()).add(rate);
    }
    Map<String, Rate[]> sorted = new HashMap<>();
    grouped.forEach(
        (meter, list) -> {
          list.sort(Rate.MOST_SPECIFIC_FIRST);
          sorted.put(meter, list.toArray(new Rate[0]));
        });
    this.byMeter = Map.copyOf(sorted);
  }

  /** Returns the rate of {@code meter}, or of the nearest that stands in for it, or null. */
  @Nullable Rate find(String meter, Conditions conditions) {
    Rate own = exactly(meter, conditions);
    if (own != null) {
      return own;
    }
    for (String substitute : Substitutes.of(meter)) {
      Rate found = exactly(substitute, conditions);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private @Nullable Rate exactly(String meter, Conditions conditions) {
    Rate[] rates = byMeter.get(meter);
    if (rates != null) {
      for (Rate rate : rates) {
        if (rate.applies(conditions)) {
          return rate;
        }
      }
    }
    return null;
  }
}
