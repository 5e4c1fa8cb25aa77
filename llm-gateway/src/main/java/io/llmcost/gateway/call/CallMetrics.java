package io.llmcost.gateway.call;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Counts and times calls; meters are looked up once for each provider and status. */
final class CallMetrics {
  private static final Duration[] OVERHEAD_BUCKETS = {
    Duration.ofNanos(50_000),
    Duration.ofNanos(100_000),
    Duration.ofNanos(250_000),
    Duration.ofNanos(500_000),
    Duration.ofMillis(1),
    Duration.ofMillis(5),
    Duration.ofMillis(25),
    Duration.ofMillis(100)
  };
  private static final Duration[] CALL_BUCKETS = {
    Duration.ofMillis(10),
    Duration.ofMillis(50),
    Duration.ofMillis(250),
    Duration.ofSeconds(1),
    Duration.ofSeconds(5),
    Duration.ofSeconds(30),
    Duration.ofMinutes(2)
  };

  private record Key(String provider, int status, boolean tracked) {}

  private final MeterRegistry registry;
  private final ConcurrentHashMap<Key, Timer> calls = new ConcurrentHashMap<>();
  private final Timer overhead;
  private final Counter untracked;
  private final Counter unread;
  private final Counter unrecorded;
  private final Counter hangUps;
  private final Counter retries;

  CallMetrics(MeterRegistry registry) {
    this.registry = registry;
    overhead =
        Timer.builder("llmcost.gateway.overhead")
            .description("Time that the gateway itself added to a call.")
            .serviceLevelObjectives(OVERHEAD_BUCKETS)
            .register(registry);
    untracked =
        Counter.builder("llmcost.gateway.untracked")
            .description("Billed calls that made no event, since the journal was full.")
            .register(registry);
    unread =
        Counter.builder("llmcost.gateway.unread")
            .description("Answers recorded without usage, since no adapter understood them.")
            .register(registry);
    unrecorded =
        Counter.builder("llmcost.gateway.unrecorded")
            .description("Answers cut, since the journal failed to take their event.")
            .register(registry);
    hangUps =
        Counter.builder("llmcost.gateway.hangups")
            .description("Callers who left before the end of an answer.")
            .register(registry);
    retries =
        Counter.builder("llmcost.gateway.retries")
            .description("Requests written again, since their pooled connection was closed.")
            .register(registry);
  }

  /** Counts an answered call. */
  void answered(String provider, int status, boolean tracked, long totalNanos, long overheadNanos) {
    Key key = new Key(provider, status, tracked);
    Timer timer = calls.get(key);
    if (timer == null) {
      timer = calls.computeIfAbsent(key, this::timer);
    }
    timer.record(totalNanos, TimeUnit.NANOSECONDS);
    overhead.record(Math.max(0, overheadNanos), TimeUnit.NANOSECONDS);
  }

  private Timer timer(Key key) {
    return Timer.builder("llmcost.gateway.calls")
        .description("Calls to providers, from the request's arrival to the answer's end.")
        .tag("provider", key.provider())
        .tag("status", Integer.toString(key.status()))
        .tag("tracked", Boolean.toString(key.tracked()))
        .serviceLevelObjectives(CALL_BUCKETS)
        .register(registry);
  }

  void untracked() {
    untracked.increment();
  }

  void unread() {
    unread.increment();
  }

  void unrecorded() {
    unrecorded.increment();
  }

  void hangUp() {
    hangUps.increment();
  }

  void retry() {
    retries.increment();
  }
}
