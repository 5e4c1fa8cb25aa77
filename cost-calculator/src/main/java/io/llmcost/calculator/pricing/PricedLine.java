package io.llmcost.calculator.pricing;

import io.llmcost.schemas.UsageItem;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** One usage item with the price that it met, or without. Amounts are at 18 places. */
public sealed interface PricedLine {

  /** The amount of what has no price, and of what costs nothing. */
  BigDecimal ZERO = BigDecimal.ZERO.setScale(Price.SCALE);

  UsageItem item();

  BigDecimal amount();

  /** A price of the model was found. */
  record Priced(UsageItem item, Rate rate, BigDecimal amount) implements PricedLine {}

  /** Only a default entry, the provider's or the global one, covers the model. */
  record Fallback(UsageItem item, Rate rate, BigDecimal amount) implements PricedLine {}

  /**
   * It costs nothing.
   *
   * @param rate the explicit price of zero; null where the quantity is zero and no price was found
   */
  record Free(UsageItem item, @Nullable Rate rate) implements PricedLine {
    @Override
    public BigDecimal amount() {
      return ZERO;
    }
  }

  /** No price was found: what it costs is not known, which is not the same as zero. */
  record Unpriced(UsageItem item) implements PricedLine {
    @Override
    public BigDecimal amount() {
      return ZERO;
    }
  }
}
