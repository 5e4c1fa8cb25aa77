package io.llmcost.calculator.pricebook;

import io.llmcost.calculator.pricelist.AliasDraft;
import io.llmcost.calculator.pricing.Alias;
import io.llmcost.calculator.pricing.EffectiveRange;
import io.llmcost.calculator.pricing.ModelMatch;
import java.time.LocalDate;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A checked alias that is not in the book yet, with where it comes from. */
record NewAlias(Alias alias, String source, @Nullable LocalDate sourceDate, String description) {

  /**
   * Checks {@code draft}; it holds from the beginning of time on.
   *
   * @throws PriceRefused naming the first field that cannot be taken
   */
  static NewAlias check(AliasDraft draft) {
    if (draft.model().isBlank()) {
      throw new PriceRefused("model", "is required");
    }
    ModelMatch match;
    try {
      match = new ModelMatch(ModelMatch.Kind.parse(draft.match().strip()), draft.name().strip());
      return new NewAlias(
          new Alias(
              PriceRules.name("provider", draft.provider().strip()),
              match,
              draft.model().strip().toLowerCase(Locale.ROOT),
              EffectiveRange.ALWAYS),
          PriceRules.text("source", draft.source().isBlank() ? "manual" : draft.source()),
          PriceRules.sourceDate(draft.sourceDate()),
          PriceRules.text("description", draft.description()));
    } catch (IllegalArgumentException e) {
      throw new PriceRefused("name", String.valueOf(e.getMessage()));
    }
  }

  /** Returns the same in another range. */
  NewAlias over(EffectiveRange range) {
    return new NewAlias(
        new Alias(alias.provider(), alias.match(), alias.model(), range),
        source,
        sourceDate,
        description);
  }
}
