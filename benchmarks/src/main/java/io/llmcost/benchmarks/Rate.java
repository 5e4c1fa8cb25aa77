package io.llmcost.benchmarks;

import java.time.Duration;

/**
 * How fast events were taken.
 *
 * @param seconds from the first event to the last
 * @param sustained events a second between the tenth part and the last tenth part, which leaves out
 *     how long it takes to begin
 */
record Rate(long events, double seconds, double sustained) {
  private static final Duration LOOK = Duration.ofMillis(100);

  /** Tells how many events are done. */
  interface Count {
    long now() throws Exception;
  }

  /** Looks until all are done; the clock starts with the first one. */
  static Rate measure(long events, Duration limit, Count done) throws Exception {
    long deadline = System.nanoTime() + limit.toNanos();
    long lastIdle = System.nanoTime();
    long tenthAt = 0;
    long tenth = 0;
    long lateAt = 0;
    long late = 0;
    while (true) {
      long count = done.now();
      long now = System.nanoTime();
      if (count == 0) {
        lastIdle = now;
      }
      if (tenthAt == 0 && count >= events / 10) {
        tenthAt = now;
        tenth = count;
      }
      if (count <= events - events / 10) {
        lateAt = now;
        late = count;
      }
      if (count >= events) {
        double between = (lateAt - tenthAt) / 1e9;
        double seconds = (now - lastIdle) / 1e9;
        return new Rate(
            events, seconds, late > tenth ? (late - tenth) / between : events / seconds);
      }
      if (now > deadline) {
        throw new IllegalStateException(
            "%,d of %,d events after %s".formatted(count, events, limit));
      }
      Thread.sleep(LOOK);
    }
  }

  /** Of work whose time is known. */
  static Rate of(long events, Duration time) {
    double seconds = time.toNanos() / 1e9;
    return new Rate(events, seconds, events / seconds);
  }
}
