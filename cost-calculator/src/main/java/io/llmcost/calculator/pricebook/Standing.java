package io.llmcost.calculator.pricebook;

import io.llmcost.calculator.pricing.EffectiveRange;

/** Rows of the stored book that are not superseded, as an import compares with them. */
final class Standing {

  private Standing() {}

  /**
   * @param active false where there is no price on purpose
   */
  record StandingPrice(long id, NewPrice terms, boolean active) {
    EffectiveRange effective() {
      return terms.effective();
    }
  }

  /** A stored alias. */
  record StandingAlias(long id, NewAlias terms) {
    EffectiveRange effective() {
      return terms.alias().effective();
    }
  }
}
