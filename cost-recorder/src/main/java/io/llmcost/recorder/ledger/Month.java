package io.llmcost.recorder.ledger;

import io.llmcost.schemas.EventIds;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.UUID;

/** A UTC month of the ledger, by the time in an event id: what is partitioned, sealed, dropped. */
public record Month(int year, int month) implements Comparable<Month> {

  public static Month of(UUID eventId) {
    return of(EventIds.timeOf(eventId));
  }

  public static Month of(Instant instant) {
    YearMonth at = YearMonth.from(instant.atOffset(ZoneOffset.UTC));
    return new Month(at.getYear(), at.getMonthValue());
  }

  public Month next() {
    return month == 12 ? new Month(year + 1, 1) : new Month(year, month + 1);
  }

  public Month previous() {
    return month == 1 ? new Month(year - 1, 12) : new Month(year, month - 1);
  }

  /** Returns when it begins. */
  public Instant start() {
    return YearMonth.of(year, month).atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  /** Returns the smallest id that a month's event can have: its start, and zeros. */
  public UUID firstId() {
    return EventIds.firstOf(start());
  }

  /** Returns the name of the month's partition, for instance {@code cost_entry_2026_11}. */
  public String partition() {
    return "cost_entry_%04d_%02d".formatted(year, month);
  }

  /** Returns it as in ISO 8601, for instance {@code 2026-11}. */
  @Override
  public String toString() {
    return "%04d-%02d".formatted(year, month);
  }

  @Override
  public int compareTo(Month other) {
    return year != other.year
        ? Integer.compare(year, other.year)
        : Integer.compare(month, other.month);
  }
}
