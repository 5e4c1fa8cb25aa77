package io.llmcost.recorder.intake;

import io.llmcost.recorder.ledger.Outcome;
import io.llmcost.recorder.ledger.Refusal;
import io.llmcost.recorder.ledger.Verdict;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What a dashboard and the alerts are made from: outcomes, batches, lag and age. */
public final class IntakeMetrics {
  private final Map<Outcome, Counter> outcomes = new EnumMap<>(Outcome.class);
  private final Map<Refusal.Cause, Counter> deadLetters = new EnumMap<>(Refusal.Cause.class);
  private final Counter priceDiffers;
  private final Timer batches;
  private final DistributionSummary batchRecords;

  public IntakeMetrics(MeterRegistry registry, List<LoopStatus> loops, Clock clock) {
    for (Outcome outcome : Outcome.values()) {
      outcomes.put(
          outcome,
          Counter.builder("llmcost.recorder.records")
              .description("Costed events received, by what became of them")
              .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
              .register(registry));
    }
    for (Refusal.Cause cause : Refusal.Cause.values()) {
      deadLetters.put(
          cause,
          Counter.builder("llmcost.recorder.dead.letters")
              .description("Costed events refused, by cause")
              .tag("cause", DeadLetterOffice.cause(cause).name())
              .register(registry));
    }
    priceDiffers =
        Counter.builder("llmcost.recorder.price.differs")
            .description("Events already recorded that came again with another total")
            .register(registry);
    batches =
        Timer.builder("llmcost.recorder.batch")
            .description("From a poll's records to their commit")
            .publishPercentileHistogram()
            .register(registry);
    batchRecords =
        DistributionSummary.builder("llmcost.recorder.batch.records")
            .description("Records of one poll")
            .register(registry);
    Gauge.builder("llmcost.recorder.lag", loops, IntakeMetrics::lag)
        .description("Costed events in Kafka that this process has still to record")
        .register(registry);
    TimeGauge.builder(
            "llmcost.recorder.oldest.unrecorded.age",
            loops,
            TimeUnit.MILLISECONDS,
            all -> ageMillis(all, clock.instant()))
        .description("Since the oldest event that is known and not recorded was appended")
        .register(registry);
    Gauge.builder("llmcost.recorder.loops.waiting", loops, IntakeMetrics::waiting)
        .description("Consumer threads that are not recording, and retry")
        .register(registry);
  }

  void committed(List<Verdict> verdicts) {
    for (Verdict verdict : verdicts) {
      increment(outcomes.get(verdict.outcome()));
      if (verdict instanceof Verdict.Refused(Refusal refusal)) {
        increment(deadLetters.get(refusal.cause()));
      } else if (verdict instanceof Verdict.AlreadyRecorded(boolean differs) && differs) {
        priceDiffers.increment();
      }
    }
  }

  private static void increment(@Nullable Counter counter) {
    Objects.requireNonNull(counter, "every constant has a counter").increment();
  }

  void batch(int records, long nanos) {
    batches.record(nanos, TimeUnit.NANOSECONDS);
    batchRecords.record(records);
  }

  private static double lag(List<LoopStatus> loops) {
    return loops.stream().mapToLong(LoopStatus::lag).sum();
  }

  private static double waiting(List<LoopStatus> loops) {
    return loops.stream().filter(loop -> !loop.state().isRunning()).count();
  }

  private static double ageMillis(List<LoopStatus> loops, Instant now) {
    return loops.stream()
        .map(LoopStatus::oldestUnrecorded)
        .filter(Objects::nonNull)
        .mapToLong(oldest -> Math.max(0, Duration.between(oldest, now).toMillis()))
        .max()
        .orElse(0);
  }
}
