package io.llmcost.client.provider;

import io.llmcost.schemas.Meters;
import java.util.ArrayList;
import java.util.List;
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
    long quantity = notNegative(count);
    if (quantity == 0) {
      return;
    }
    for (int i = 0; i < readings.size(); i++) {
      MeterReading reading = readings.get(i);
      if (reading.meter().equals(meter) && java.util.Objects.equals(reading.model(), model)) {
        MeterReading more = MeterReading.of(meter, quantity);
        readings.set(i, new MeterReading(meter, reading.quantity().add(more.quantity()), model));
        return;
      }
    }
    readings.add(new MeterReading(meter, MeterReading.of(meter, quantity).quantity(), model));
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
}
