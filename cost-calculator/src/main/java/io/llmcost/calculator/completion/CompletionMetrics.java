package io.llmcost.calculator.completion;

import io.llmcost.chassis.kafka.DeadLetterCause;
import io.llmcost.schemas.CostStatuses;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Counts what became of the records, once they are safe in Kafka. At every moment between two
 * batches: received = costed (over its statuses) + dead_lettered (over its causes).
 */
final class CompletionMetrics {

  private final Counter received;
  private final Map<String, Counter> costed = new HashMap<>();
  private final Map<DeadLetterCause, Counter> deadLettered = new EnumMap<>(DeadLetterCause.class);
  private final Counter ended;

  CompletionMetrics(MeterRegistry meters, ListenerStatus listeners) {
    this.ended =
        Counter.builder("llmcost.calculator.consumers.ended")
            .description("Consumers that ended by themselves and were started anew")
            .register(meters);
    Gauge.builder(
            "llmcost.calculator.consumers.waiting", listeners, ListenerStatus::consumersWaiting)
        .description("Consumers that make no way, and try again")
        .register(meters);
    this.received =
        Counter.builder("llmcost.calculator.received")
            .description("Records of llm.request.completed that are done with")
            .register(meters);
    for (String status : CostStatuses.worstFirst()) {
      costed.put(
          status,
          Counter.builder("llmcost.calculator.costed")
              .description("Events that went on to llm.request.costed, by cost status")
              .tag("status", status.toLowerCase(Locale.ROOT))
              .register(meters));
    }
    for (DeadLetterCause cause :
        new DeadLetterCause[] {
          DeadLetterCause.UNDECODABLE,
          DeadLetterCause.INVALID_EVENT,
          DeadLetterCause.TOO_LARGE,
          DeadLetterCause.UNEXPECTED
        }) {
      deadLettered.put(
          cause,
          Counter.builder("llmcost.calculator.dead.lettered")
              .description("Records that went to the dead letters, by cause")
              .tag("cause", cause.name().toLowerCase(Locale.ROOT))
              .register(meters));
    }
  }

  /** Adds a batch whose records Kafka has acknowledged, every one. */
  void add(Tally tally) {
    received.increment(tally.records());
    tally.costed().forEach((status, count) -> count(costed, status).increment(count));
    tally.deadLettered().forEach((cause, count) -> count(deadLettered, cause).increment(count));
  }

  void consumerEnded() {
    ended.increment();
  }

  private static <K> Counter count(Map<K, Counter> counters, K key) {
    Counter counter = counters.get(key);
    if (counter == null) {
      throw new IllegalStateException("nothing counts " + key);
    }
    return counter;
  }
}
