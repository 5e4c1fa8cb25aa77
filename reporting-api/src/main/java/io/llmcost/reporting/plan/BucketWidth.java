package io.llmcost.reporting.plan;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;

/** How wide a report's buckets are, by the clock and the calendar of the report's zone. */
public enum BucketWidth {
  QUARTER_HOUR("15m"),
  HOUR("1h"),
  DAY("1d"),
  MONTH("1M");

  private final String parameter;

  BucketWidth(String parameter) {
    this.parameter = parameter;
  }

  /** Returns the value of {@code bucket_width} that means this. */
  public String parameter() {
    return parameter;
  }

  /**
   * Returns the first start of a bucket after {@code instant}. A change of the zone's offset also
   * starts a new quarter or hour, so that none is longer than its name; days and months are those
   * of the calendar, 23 to 25 hours where the clock was changed.
   */
  Instant next(Instant instant, ZoneId zone) {
    return switch (this) {
      case QUARTER_HOUR -> nextByClock(instant, zone, 900);
      case HOUR -> nextByClock(instant, zone, 3600);
      case DAY -> nextDay(instant, zone);
      case MONTH -> nextMonth(instant, zone);
    };
  }

  private static Instant nextByClock(Instant instant, ZoneId zone, long seconds) {
    ZoneOffset offset = zone.getRules().getOffset(instant);
    long local = instant.getEpochSecond() + offset.getTotalSeconds();
    Instant byClock =
        Instant.ofEpochSecond(
            (Math.floorDiv(local, seconds) + 1) * seconds - offset.getTotalSeconds());
    ZoneOffsetTransition change = zone.getRules().nextTransition(instant);
    return change != null && change.getInstant().isBefore(byClock) ? change.getInstant() : byClock;
  }

  // A date can be skipped (Samoa's 30 December 2011) or begin twice: hence the loops.
  private static Instant nextDay(Instant instant, ZoneId zone) {
    LocalDate day = instant.atZone(zone).toLocalDate();
    Instant start;
    do {
      day = day.plusDays(1);
      start = day.atStartOfDay(zone).toInstant();
    } while (!start.isAfter(instant));
    return start;
  }

  private static Instant nextMonth(Instant instant, ZoneId zone) {
    LocalDate first = instant.atZone(zone).toLocalDate().withDayOfMonth(1);
    Instant start;
    do {
      first = first.plusMonths(1);
      start = first.atStartOfDay(zone).toInstant();
    } while (!start.isAfter(instant));
    return start;
  }
}
