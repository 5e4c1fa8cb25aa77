package io.llmcost.recorder.check;

import io.llmcost.recorder.background.Rounds;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Compares an hour at a time, all the time, and tells metrics and log what it finds. */
final class LedgerCheck implements Rounds.Work {
  private static final Logger log = LoggerFactory.getLogger(LedgerCheck.class);

  private final RollupCheck check;
  private final Duration period;
  private final Clock clock;
  private final HourRota rota = new HourRota();
  private final Set<Instant> different = ConcurrentHashMap.newKeySet();
  private final Counter checks;
  private volatile long lost;

  /**
   * @param period from one comparison to the next; zero for none
   */
  LedgerCheck(RollupCheck check, Duration period, Clock clock, MeterRegistry meters) {
    this.check = check;
    this.period = period;
    this.clock = clock;
    this.checks =
        Counter.builder("llmcost.recorder.rollup.checks")
            .description("Hours whose rollups were compared with their entries")
            .register(meters);
    Gauge.builder("llmcost.recorder.rollup.difference", different, Set::size)
        .description("Hours of the last 35 days whose rollups differ from their entries")
        .register(meters);
    Gauge.builder("llmcost.recorder.lost", this, it -> it.lost)
        .description("Records that Kafka deleted before they were read, ever")
        .register(meters);
  }

  @Override
  public boolean isWanted() {
    return period.isPositive();
  }

  @Override
  public Duration round() {
    compareNext();
    return period;
  }

  @Override
  public Duration afterAFault() {
    return period;
  }

  private void compareNext() {
    Instant now = clock.instant();
    Instant hour = rota.next(now);
    try {
      lost = check.lost();
      switch (check.compare(hour)) {
        case RollupCheck.Finding.Equal _ -> {
          if (different.remove(hour)) {
            log.info("rollups and ledger agree again in the hour from {}", hour);
          }
        }
        case RollupCheck.Finding.Different found -> {
          different.add(hour);
          log.error(
              "rollups and ledger differ in the hour from {}: entries {}, rollups {}",
              hour,
              found.ledger(),
              found.rollups());
        }
        case RollupCheck.Finding.Sealed _ -> different.remove(hour);
      }
      checks.increment();
      Instant oldest = now.minus(Duration.ofDays(HourRota.DAYS + 1L));
      different.removeIf(known -> known.isBefore(oldest));
    } catch (SQLException e) {
      log.warn("rollups and ledger were not compared: {}", e.getMessage());
    }
  }
}
