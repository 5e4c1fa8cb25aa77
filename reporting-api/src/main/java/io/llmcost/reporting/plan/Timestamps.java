package io.llmcost.reporting.plan;

import io.llmcost.chassis.problem.InvalidRequestException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.regex.Pattern;

/** Reads RFC 3339, Unix seconds and dates into instants of whole microseconds. */
final class Timestamps {

  private static final Instant FIRST = Instant.parse("1970-01-01T00:00:00Z");
  private static final Instant LAST = Instant.parse("9999-12-31T00:00:00Z");
  private static final Pattern UNIX = Pattern.compile("-?[0-9]{1,18}");
  private static final Pattern DATE = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}");
  // A '+' that was not written as %2B arrives as a space.
  private static final Pattern LOST_PLUS = Pattern.compile("(?<=[0-9]) (?=[0-9]{2}:[0-9]{2}$)");

  private Timestamps() {}

  /**
   * Returns the instant of {@code text}. What is finer than a microsecond is rounded up, which
   * moves no entry to another side of it, since those are kept in microseconds.
   */
  static Instant parse(Parameter parameter, String text, ZoneId zone) {
    Instant instant;
    try {
      instant = read(text, zone);
    } catch (DateTimeException e) {
      throw new InvalidRequestException(
          parameter.field(),
          "'%s' is no time; give RFC 3339 (2026-11-01T00:00:00Z), Unix seconds (1793491200) or a date (2026-11-01)"
              .formatted(text));
    }
    if (instant.isBefore(FIRST) || instant.isAfter(LAST)) {
      throw new InvalidRequestException(
          parameter.field(),
          "'%s' is outside the years 1970 to 9999; Unix times are in seconds, not milliseconds"
              .formatted(text));
    }
    Instant micros = instant.truncatedTo(ChronoUnit.MICROS);
    return micros.equals(instant) ? micros : micros.plus(1, ChronoUnit.MICROS);
  }

  private static Instant read(String text, ZoneId zone) {
    if (UNIX.matcher(text).matches()) {
      return Instant.ofEpochSecond(Long.parseLong(text));
    }
    if (DATE.matcher(text).matches()) {
      return LocalDate.parse(text).atStartOfDay(zone).toInstant();
    }
    return OffsetDateTime.parse(LOST_PLUS.matcher(text).replaceFirst("+")).toInstant();
  }
}
