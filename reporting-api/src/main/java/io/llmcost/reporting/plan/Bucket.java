package io.llmcost.reporting.plan;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;

/** One bucket of a report: its place in the whole report, its first instant and its end. */
public record Bucket(int index, Instant start, Instant end) {

  /** Returns the start as the zone writes it. */
  public OffsetDateTime startIn(ZoneId zone) {
    return start.atZone(zone).toOffsetDateTime();
  }

  /** Returns the end as the zone writes it. */
  public OffsetDateTime endIn(ZoneId zone) {
    return end.atZone(zone).toOffsetDateTime();
  }
}
