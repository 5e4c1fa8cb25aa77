package io.llmcost.localstack;

import io.llmcost.localstack.process.LocalProcess;
import java.nio.file.Path;
import java.time.Duration;

/**
 * One process of the stack: launched, asked whether it answers, and launched again after an exit.
 */
public interface Part {
  String name();

  /** Where its output goes. */
  Path log();

  /** Starts a new process, after undoing what a killed one left behind. */
  LocalProcess launch();

  /**
   * Whether it serves requests now; answers within a few seconds, and with false on any failure.
   */
  boolean isReady();

  /**
   * Returns when it serves; a {@link StackException} quotes its log when it ended or took longer.
   */
  default void awaitReady(LocalProcess process, Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!isReady()) {
      if (!process.isAlive()) {
        throw new StackException(
            name() + " ended with " + process.exitCode() + ": " + LogTail.lastReason(log()));
      }
      if (System.nanoTime() > deadline) {
        throw new StackException(
            name()
                + " is not ready after "
                + limit.toSeconds()
                + " s: "
                + LogTail.lastReason(log()));
      }
      Pause.of(Duration.ofMillis(50));
    }
  }
}
