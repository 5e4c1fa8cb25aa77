package io.llmcost.client.provider;

import io.llmcost.schemas.Meters;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Adds up the usage of one answer, meter by meter. */
final class UsageTally {
  private final List<MeterReading> readings = new ArrayList<>(4);
  private @Nullable String model;
  private boolean inconsistent;

  /** Begins to take a gross count apart. */
  GrossSplit split(String plainMeter, long gross) {
    return new GrossSplit(this, plainMeter, gross);
  }

  /** What is added from now on was served by {@code other}; null for the answer's own model. */
  void servedBy(@Nullable String other) {
    model = other;
  }

  void add(String meter, long count) {
    add(meter, BigDecimal.valueOf(notNegative(count)));
  }

  /** Adds what is not counted in whole pieces, such as seconds; nothing where it is negative. */
  void add(String meter, BigDecimal quantity) {
    if (quantity.signum() < 0) {
      markInconsistent();
      return;
    }
    if (quantity.signum() == 0) {
      return;
    }
    for (int i = 0; i < readings.size(); i++) {
      MeterReading reading = readings.get(i);
      if (reading.meter().equals(meter) && Objects.equals(reading.model(), model)) {
        readings.set(i, new MeterReading(meter, reading.quantity().add(quantity), model));
        return;
      }
    }
    readings.add(new MeterReading(meter, quantity, model));
  }

  long notNegative(long count) {
    if (count < 0) {
      markInconsistent();
      return 0;
    }
    return count;
  }

  void markInconsistent() {
    inconsistent = true;
  }

  boolean isInconsistent() {
    return inconsistent;
  }

  /** Returns what was added; an answer that used nothing says so with no input. */
  List<MeterReading> readings() {
    return readings.isEmpty() ? List.of(MeterReading.of(Meters.INPUT, 0)) : List.copyOf(readings);
  }

  /** Returns what was added as a usage of which nothing else is known. */
  Usage usage() {
    return new Usage(readings(), null, null, null);
  }
}
