package io.llmcost.calculator.pricing;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The entries of the book that cover one model name, the most specific first. */
final class Entries {

  static final Entries NONE = new Entries(List.of());

  /**
   * One entry, and when the alias that led to it holds.
   *
   * @param when {@link EffectiveRange#ALWAYS} where no alias did
   */
  record Entry(RateCard card, EffectiveRange when) {}

  private final Entry[] entries;

  Entries(List<Entry> entries) {
    this.entries = entries.toArray(new Entry[0]);
  }

  @Nullable Rate find(String meter, Conditions conditions) {
    for (Entry entry : entries) {
      if (entry.when.contains(conditions.at())) {
        Rate rate = entry.card.find(meter, conditions);
        if (rate != null) {
          return rate;
        }
      }
    }
    return null;
  }
}
