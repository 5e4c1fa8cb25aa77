package io.llmcost.recorder.retention;

import io.llmcost.recorder.ledger.Month;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * Which months are sealed, in order: every open one up to {@code through}, the oldest first, so
 * that what is closed is always everything before one month.
 */
final class SealPlan {

  /**
   * How long after its end a month stays open: events come late from journals and backfills, and
   * what comes for a sealed month is a dead letter.
   */
  static final Duration OPEN_AFTER_ITS_END = Duration.ofDays(35);

  private SealPlan() {}

  /** Why months are not sealed; the message is for the operator. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    Refused(String reason) {
      super(reason, null, false, false);
    }
  }

  /**
   * Returns the months to seal, oldest first; none where all of them are sealed.
   *
   * @param open months that have a partition
   * @param lastSealed the newest sealed month, null where none is
   */
  static List<Month> through(
      Month through, SortedSet<Month> open, @Nullable Month lastSealed, Instant now)
      throws Refused {
    Instant sealableFrom = through.next().start().plus(OPEN_AFTER_ITS_END);
    if (now.isBefore(sealableFrom)) {
      throw new Refused(
          "%s can be sealed from %s: events come late, and a sealed month takes none"
              .formatted(through, sealableFrom));
    }
    if (lastSealed != null && !open.isEmpty() && open.first().compareTo(lastSealed) <= 0) {
      throw new Refused(
          "%s has a partition although %s is sealed: find out how it came back before more is sealed"
              .formatted(open.first(), lastSealed));
    }
    return open.headSet(through.next()).stream().toList();
  }

  /** Returns the newest month that is not kept where {@code months} whole ones are. */
  static Month notKept(int months, Instant now) {
    Month month = Month.of(now);
    for (int i = 0; i <= months; i++) {
      month = month.previous();
    }
    return month;
  }
}
