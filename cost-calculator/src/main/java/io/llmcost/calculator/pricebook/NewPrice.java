package io.llmcost.calculator.pricebook;

import io.llmcost.calculator.pricing.EffectiveRange;
import io.llmcost.calculator.pricing.PriceKey;
import java.math.BigDecimal;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/** A checked price that is not in the book yet. */
record NewPrice(
    PriceKey key,
    BigDecimal unitPrice,
    long unit,
    String currency,
    EffectiveRange effective,
    String source,
    @Nullable LocalDate sourceDate,
    String description) {

  /** Returns the same terms in another range. */
  NewPrice over(EffectiveRange range) {
    return new NewPrice(key, unitPrice, unit, currency, range, source, sourceDate, description);
  }

  /** Returns whether both charge the same for any quantity. */
  boolean sameRateAs(NewPrice other) {
    return compareRateTo(other) == 0;
  }

  /** Compares what one of the meter costs, exactly. */
  int compareRateTo(NewPrice other) {
    return unitPrice
        .multiply(BigDecimal.valueOf(other.unit))
        .compareTo(other.unitPrice.multiply(BigDecimal.valueOf(unit)));
  }

  /** Returns whether one of the meter costs at least {@code factor} times as much as of other. */
  boolean isTimes(int factor, NewPrice other) {
    return other.unitPrice.signum() > 0
        && unitPrice
                .multiply(BigDecimal.valueOf(other.unit))
                .compareTo(
                    other
                        .unitPrice
                        .multiply(BigDecimal.valueOf(unit))
                        .multiply(BigDecimal.valueOf(factor)))
            >= 0;
  }
}
