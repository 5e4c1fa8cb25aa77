package io.llmcost.calculator.completion;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Which consumers wait, why and since when: told by their threads, read by health checks. Part of
 * readiness, so that a consumer which makes no way never looks healthy.
 */
final class ListenerStatus implements HealthIndicator {

  private record Waiting(String reason, Instant since, int failures) {}

  private static final String ENDED = "ended";
  private static final int MAX_DOUBLINGS = 20;

  private final Map<String, Waiting> waiting = new ConcurrentHashMap<>();
  private final Duration firstWait;
  private final Duration longestWait;
  private final Clock clock;

  ListenerStatus(Duration firstWait, Duration longestWait, Clock clock) {
    this.firstWait = firstWait;
    this.longestWait = longestWait;
    this.clock = clock;
  }

  /**
   * Notes that {@code consumer} failed, once more.
   *
   * @return how long it is to wait: doubling with each failure in a row, up to the longest
   */
  Duration failed(String consumer, String reason) {
    Waiting now =
        waiting.compute(
            consumer,
            (name, before) ->
                before == null
                    ? new Waiting(reason, clock.instant(), 1)
                    : new Waiting(reason, before.since(), before.failures() + 1));
    Duration delay = firstWait.multipliedBy(1L << Math.min(now.failures() - 1, MAX_DOUBLINGS));
    return delay.compareTo(longestWait) > 0 ? longestWait : delay;
  }

  /**
   * Notes that {@code consumer} ended by itself.
   *
   * @return when to start anew
   */
  Duration ended(String consumer, String reason) {
    stopped(consumer);
    return failed(ENDED, consumer + " ended by itself: " + reason);
  }

  /** Notes that {@code consumer} goes on, and so that whatever ended was started anew. */
  void goesOn(String consumer) {
    if (!waiting.isEmpty()) {
      waiting.remove(consumer);
      waiting.remove(ENDED);
    }
  }

  /** Forgets {@code consumer}; the one after it has another name. */
  void stopped(String consumer) {
    waiting.remove(consumer);
  }

  int consumersWaiting() {
    return waiting.size();
  }

  @Override
  public Health health() {
    Health.Builder health = waiting.isEmpty() ? Health.up() : Health.down();
    waiting.forEach(
        (consumer, why) ->
            health.withDetail(consumer, "waiting since " + why.since() + ": " + why.reason()));
    return health.build();
  }
}
