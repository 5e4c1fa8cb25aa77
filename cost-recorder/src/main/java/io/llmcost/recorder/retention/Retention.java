package io.llmcost.recorder.retention;

import io.llmcost.recorder.ledger.Month;
import io.llmcost.recorder.store.Months;
import io.llmcost.recorder.store.SealedMonth;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Seals months: each in a transaction of its own, the oldest first. */
final class Retention {
  private static final Logger log = LoggerFactory.getLogger(Retention.class);

  private final Months months;
  private final Clock clock;

  Retention(Months months, Clock clock) {
    this.months = months;
    this.clock = clock;
  }

  /** Returns what sealing through {@code through} would write, and writes nothing. */
  List<SealedMonth> preview(Month through, String by) throws SealPlan.Refused {
    Instant now = clock.instant();
    List<SealedMonth> sums = new ArrayList<>();
    for (Month month : plan(through, now)) {
      sums.add(months.sums(month, by, now));
    }
    return sums;
  }

  /**
   * Seals every month up to {@code through}; those before a failure stay sealed.
   *
   * @return what was sealed, oldest first
   * @throws io.llmcost.recorder.store.StoreUnavailableException if the database does not answer, or
   *     a report holds the month for too long
   */
  List<SealedMonth> seal(Month through, String by) throws SealPlan.Refused {
    Instant now = clock.instant();
    List<SealedMonth> sealed = new ArrayList<>();
    for (Month month : plan(through, now)) {
      SealedMonth result = months.seal(month, by, now);
      log.info(
          "{} sealed {}: {} entries, {} {}; its entries are dropped, its rollups stay",
          by,
          month,
          result.entries(),
          result.totalCost().toPlainString(),
          result.currency());
      sealed.add(result);
    }
    return sealed;
  }

  Months.State state() {
    return months.state();
  }

  private List<Month> plan(Month through, Instant now) throws SealPlan.Refused {
    Months.State state = months.state();
    return SealPlan.through(through, state.openMonths(), state.lastSealed(), now);
  }
}
