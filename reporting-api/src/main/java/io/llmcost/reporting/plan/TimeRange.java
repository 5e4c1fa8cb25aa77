package io.llmcost.reporting.plan;

import java.time.Instant;

/** From {@code start} to just before {@code end}; never empty. */
public record TimeRange(Instant start, Instant end) {

  public TimeRange {
    if (!start.isBefore(end)) {
      throw new IllegalArgumentException("range ends at " + end + ", not after " + start);
    }
  }

  boolean contains(Instant instant) {
    return !instant.isBefore(start) && instant.isBefore(end);
  }
}
