package io.llmcost.recorder.retention;

import io.llmcost.recorder.background.Rounds;
import io.llmcost.recorder.ledger.Month;
import io.llmcost.recorder.store.Partitions;
import io.llmcost.recorder.store.StoreUnavailableException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * At the start and each day: makes this month's and the next one's partition, so that no batch has
 * to at midnight, and, where a number of months is set, seals what is older.
 */
final class MonthKeeper implements Rounds.Work {
  private static final Logger log = LoggerFactory.getLogger(MonthKeeper.class);
  private static final Duration EACH = Duration.ofDays(1);
  private static final Duration AFTER_A_FAILURE = Duration.ofMinutes(1);
  private static final String BY = "llmcost.recorder.retention.months";

  private final Partitions partitions;
  private final Retention retention;
  private final int keptMonths;
  private final Clock clock;

  /**
   * @param keptMonths whole months that are kept beside the current one; 0 for all
   */
  MonthKeeper(Partitions partitions, Retention retention, int keptMonths, Clock clock) {
    this.partitions = partitions;
    this.retention = retention;
    this.keptMonths = keptMonths;
    this.clock = clock;
  }

  @Override
  public Duration round() {
    try {
      Instant now = clock.instant();
      Month month = Month.of(now);
      partitions.ensure(List.of(month, month.next()));
      if (keptMonths > 0) {
        retention.seal(SealPlan.notKept(keptMonths, now), BY);
      }
      return EACH;
    } catch (StoreUnavailableException e) {
      log.warn("the ledger's months wait: {}", e.getMessage());
      return AFTER_A_FAILURE;
    } catch (SealPlan.Refused e) {
      log.error("older months are not sealed: {}", e.getMessage());
      return EACH;
    }
  }

  @Override
  public Duration afterAFault() {
    return AFTER_A_FAILURE;
  }
}
