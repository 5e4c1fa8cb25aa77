package io.llmcost.client.publish;

import io.llmcost.client.journal.JournalState;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * Counts events on their way: published = acknowledged + quarantined + those that wait, over the
 * journal's whole life; a restart begins the counters anew, and what waited then counts as neither
 * published nor lost.
 */
final class PublisherMetrics {
  private final Counter published;
  private final Counter acknowledged;
  private final Counter quarantined;
  private final Counter retried;
  private final Counter restarts;
  private final MeterRegistry registry;
  private final List<Meter> gauges;

  PublisherMetrics(MeterRegistry meters, Supplier<JournalState> journal) {
    published = counter(meters, "published", "Events put into the journal.");
    acknowledged = counter(meters, "acknowledged", "Events that Kafka has acknowledged.");
    quarantined = counter(meters, "quarantined", "Events that Kafka will never take, moved aside.");
    retried = counter(meters, "retried", "Events sent again after a failure.");
    restarts =
        Counter.builder("llmcost.client.sender.restarts")
            .description("Errors that the sending thread came through, beginning anew.")
            .register(meters);
    registry = meters;
    gauges =
        List.of(
            gauge(meters, journal, "records", "Events that wait.", JournalState::records),
            gauge(meters, journal, "bytes", "Bytes on disk.", JournalState::bytes),
            gauge(meters, journal, "reserved.bytes", "Promised.", JournalState::reservedBytes),
            gauge(meters, journal, "max.bytes", "The bound of bytes.", JournalState::maxBytes),
            gauge(meters, journal, "quarantined", "Moved aside.", JournalState::quarantined),
            TimeGauge.builder(
                    "llmcost.journal.oldest.age",
                    () -> journal.get().oldestMillis(),
                    TimeUnit.MILLISECONDS)
                .description("Age of the oldest event that waits.")
                .register(meters));
  }

  /** Takes the gauges away, whose journal is closed; the counters keep what they counted. */
  void close() {
    gauges.forEach(registry::remove);
  }

  void published() {
    published.increment();
  }

  void acknowledged() {
    acknowledged.increment();
  }

  void quarantined() {
    quarantined.increment();
  }

  void retried() {
    retried.increment();
  }

  void restarted() {
    restarts.increment();
  }

  private static Counter counter(MeterRegistry meters, String name, String description) {
    return Counter.builder("llmcost.client.events." + name)
        .description(description)
        .register(meters);
  }

  private static Gauge gauge(
      MeterRegistry meters,
      Supplier<JournalState> journal,
      String name,
      String description,
      ToDoubleFunction<JournalState> value) {
    return Gauge.builder("llmcost.journal." + name, () -> value.applyAsDouble(journal.get()))
        .description(description)
        .register(meters);
  }
}
