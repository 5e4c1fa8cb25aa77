package io.llmcost.cli.terminal;

import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;

/** Reads a bound of a time: a date, which means its start in a zone, or RFC 3339. */
public final class TimeBound {
  private TimeBound() {}

  /**
   * Returns the instant that {@code text} means.
   *
   * @throws IllegalArgumentException with a reason for the person who wrote the text
   */
  public static Instant parse(String text, ZoneId zone) {
    try {
      return text.length() == 10
          ? LocalDate.parse(text).atStartOfDay(zone).toInstant()
          : OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(
          "'%s' is neither a date (2026-11-01) nor a time with its offset (2026-11-01T08:30:00Z)"
              .formatted(text),
          e);
    }
  }
}
