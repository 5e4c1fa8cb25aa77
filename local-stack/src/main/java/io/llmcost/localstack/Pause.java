package io.llmcost.localstack;

import java.time.Duration;

/** A wait between two looks at a process; an interrupt ends it as a {@link StackException}. */
final class Pause {
  private Pause() {}

  static void of(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException("interrupted", e);
    }
  }
}
