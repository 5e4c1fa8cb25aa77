package io.llmcost.calculator.pricing;

import java.math.BigDecimal;

/**
 * One price of the book as pricing sees it.
 *
 * @param id of its row, carried on every line that it priced
 * @param unitPrice amount, in the book's currency, for {@code unit} of the key's meter
 */
public record Price(
    long id, PriceKey key, BigDecimal unitPrice, long unit, EffectiveRange effective) {

  /** Places after the point of rates and amounts, in events and tables, for ever. */
  public static final int SCALE = 18;

  public Price {
    if (unitPrice.signum() < 0) {
      throw new IllegalArgumentException("price " + id + " is negative: " + unitPrice);
    }
    if (unitPrice.stripTrailingZeros().scale() > SCALE) {
      throw new IllegalArgumentException("price " + id + " has more than 18 places: " + unitPrice);
    }
    if (unit <= 0) {
      throw new IllegalArgumentException("price " + id + " is for no positive unit: " + unit);
    }
  }
}
