package io.llmcost.calculator.pricing;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The providers' words for a service tier, in the price book's. */
final class ServiceTiers {

  static final String STANDARD = "standard";

  private static final Map<String, String> TIERS =
      Map.ofEntries(
          Map.entry(STANDARD, STANDARD),
          Map.entry("default", STANDARD),
          Map.entry("auto", STANDARD),
          Map.entry("standard_only", STANDARD),
          Map.entry("on_demand", STANDARD),
          Map.entry("on_demand_flex", "flex"),
          Map.entry("on_demand_priority", "priority"),
          Map.entry("batch", "batch"),
          Map.entry("flex", "flex"),
          Map.entry("priority", "priority"));

  private ServiceTiers() {}

  /** Returns the price book's name of {@code tier}; one that it does not know is its own name. */
  static String of(@Nullable String tier) {
    if (tier == null || tier.isEmpty()) {
      return STANDARD;
    }
    String known = TIERS.get(tier);
    if (known != null) {
      return known;
    }
    String lower = tier.toLowerCase(Locale.ROOT);
    return TIERS.getOrDefault(lower, lower);
  }
}
