package io.llmcost.recorder.intake;

import java.time.Duration;

/** Delays that double from the first to the longest, until something succeeds. */
final class Backoff {
  private final Duration first;
  private final Duration longest;
  private Duration next;

  Backoff(Duration first, Duration longest) {
    this.first = first;
    this.longest = longest;
    this.next = first;
  }

  Duration next() {
    Duration delay = next;
    Duration doubled = next.multipliedBy(2);
    next = doubled.compareTo(longest) > 0 ? longest : doubled;
    return delay;
  }

  void reset() {
    next = first;
  }
}
