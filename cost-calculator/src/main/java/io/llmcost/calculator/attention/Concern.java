package io.llmcost.calculator.attention;

import java.util.Locale;

/** Why a model is in the queue. */
enum Concern {
  /** No price covers some of its usage: totals are floors. */
  UNPRICED,
  /** Only a default entry covers some of its usage. */
  FALLBACK,
  /** It answered and told no usage: what it cost is not known, and no price can tell. */
  NO_USAGE,
  /** A request cost many times what this model's requests usually do. */
  OUTLIER,
  /** What the provider says that it charged is not what we say. */
  REPORTED_COST;

  /** Returns the name of this concern in tables, JSON and metrics. */
  String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Reads what {@link #text} writes.
   *
   * @throws IllegalArgumentException for anything else
   */
  static Concern parse(String text) {
    for (Concern concern : values()) {
      if (concern.text().equals(text)) {
        return concern;
      }
    }
    throw new IllegalArgumentException(
        "'" + text + "' is none of unpriced, fallback, no_usage, outlier, reported_cost");
  }

  /** Whether a price ends it; the others are a person's to judge, each time anew. */
  boolean endsWithAPrice() {
    return this == UNPRICED || this == FALLBACK;
  }
}
