package io.llmcost.recorder.check;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Which hour is compared next: turn and turn about one of the last day's and one of the last {@link
 * #DAYS} days'. At one a minute the last day is through within 48 minutes, and all of it within 28
 * hours.
 */
final class HourRota {
  static final int DAYS = 35;

  private static final int HOURS_A_DAY = 24;

  private long turn;

  /** Returns the start of the next hour, the current one included. */
  Instant next(Instant now) {
    long round = turn / 2;
    long back = turn % 2 == 0 ? round % HOURS_A_DAY : round % (DAYS * HOURS_A_DAY);
    turn++;
    return now.truncatedTo(ChronoUnit.HOURS).minus(Duration.ofHours(back));
  }
}
