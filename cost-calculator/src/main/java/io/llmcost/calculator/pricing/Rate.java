package io.llmcost.calculator.pricing;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** A price made ready for the hot path: what can be computed once per price is. */
public final class Rate {

  /** Region, tier, narrower window, higher threshold: the more specific first. */
  static final Comparator<Rate> MOST_SPECIFIC_FIRST =
      Comparator.comparing((Rate rate) -> rate.anyRegion)
          .thenComparing(rate -> rate.anyTier)
          .thenComparingInt(rate -> rate.window.length())
          .thenComparingLong(rate -> -rate.contextAbove)
          .thenComparingLong(rate -> rate.price.id());

  private final Price price;
  private final String meter;
  private final String tier;
  private final boolean anyTier;
  private final String region;
  private final boolean anyRegion;
  private final long contextAbove;
  private final TimeWindow window;
  private final boolean wholeDay;
  private final EffectiveRange effective;
  private final BigDecimal unitPrice;
  private final BigDecimal unit;
  private final @Nullable BigDecimal perOne;
  private final String priceId;

  Rate(Price price) {
    this.price = price;
    PriceKey key = price.key();
    this.meter = key.meter();
    this.tier = key.serviceTier();
    this.anyTier = tier.equals(PriceKey.ANY);
    this.region = key.region();
    this.anyRegion = region.equals(PriceKey.ANY);
    this.contextAbove = key.contextAbove();
    this.window = key.window();
    this.wholeDay = window.equals(TimeWindow.ANY);
    this.effective = price.effective();
    this.unitPrice = price.unitPrice().setScale(Price.SCALE);
    this.unit = BigDecimal.valueOf(price.unit());
    this.perOne = perOne(price);
    this.priceId = Long.toString(price.id());
  }

  public Price price() {
    return price;
  }

  public String meter() {
    return meter;
  }

  /** Returns the id of the price, as lines carry it. */
  public String priceId() {
    return priceId;
  }

  /** Returns the price of one unit, at 18 places. */
  public BigDecimal unitPrice() {
    return unitPrice;
  }

  public long unit() {
    return price.unit();
  }

  /** Returns quantity × unit price ÷ unit, rounded half-even where it does not end in 18 places. */
  public BigDecimal amountOf(BigDecimal quantity) {
    return perOne != null
        ? quantity.multiply(perOne).setScale(Price.SCALE, RoundingMode.HALF_EVEN)
        : quantity.multiply(unitPrice).divide(unit, Price.SCALE, RoundingMode.HALF_EVEN);
  }

  boolean isFree() {
    return unitPrice.signum() == 0;
  }

  boolean applies(Conditions conditions) {
    return (anyRegion || region.equals(conditions.region()))
        && (anyTier || tier.equals(conditions.serviceTier()))
        && (contextAbove == 0 || conditions.contextTokens() > contextAbove)
        && (wholeDay || window.contains(conditions.minuteOfDay()))
        && effective.contains(conditions.at());
  }

  // Exact for units of a power of ten, which nearly all are; 3,600 seconds an hour is not one.
  private static @Nullable BigDecimal perOne(Price price) {
    BigDecimal unit = BigDecimal.valueOf(price.unit()).stripTrailingZeros();
    return unit.precision() == 1 && unit.unscaledValue().intValue() == 1
        ? price.unitPrice().stripTrailingZeros().scaleByPowerOfTen(unit.scale())
        : null;
  }
}
