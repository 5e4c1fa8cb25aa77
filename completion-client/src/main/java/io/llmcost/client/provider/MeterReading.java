package io.llmcost.client.provider;

import io.llmcost.schemas.Meters;
import io.llmcost.schemas.UsageItem;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A quantity of one meter, read from a provider's answer; the meters of one answer are disjoint.
 *
 * @param meter one of {@link Meters}, or a new one
 * @param quantity tokens, calls or seconds; not negative
 * @param model the model that served it, where it is not the answer's own
 */
public record MeterReading(String meter, BigDecimal quantity, @Nullable String model) {
  public MeterReading {
    Objects.requireNonNull(meter, "meter");
    if (quantity.signum() < 0) {
      throw new IllegalArgumentException(meter + " is negative: " + quantity);
    }
  }

  /** Returns a reading of whole tokens or calls, served by the answer's own model. */
  public static MeterReading of(String meter, long quantity) {
    return new MeterReading(meter, BigDecimal.valueOf(quantity), null);
  }

  /** Returns this as an item of an event, its quantity rounded half-even to the nanosecond. */
  public UsageItem toUsageItem() {
    return new UsageItem(
        meter, quantity.setScale(Meters.QUANTITY_SCALE, RoundingMode.HALF_EVEN), model);
  }
}
