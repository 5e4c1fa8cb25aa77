package io.llmcost.systemtests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Random;

/**
 * Stops Kafka and lets it start again, in turns as an operator does, who ends the broker and has it
 * started anew, and as a machine that hangs does: its connections stay, and nothing comes of them.
 */
final class KafkaOutages implements Runnable {
  private final RunningStack stack;
  private final int outages;
  private final Duration pause;
  private final Random random;
  private int done;

  /** Makes {@code outages}, one in each {@code pause}. */
  KafkaOutages(RunningStack stack, int outages, Duration pause, long seed) {
    this.stack = stack;
    this.outages = outages;
    this.pause = pause;
    this.random = new Random(seed);
  }

  @Override
  public void run() {
    long start = System.nanoTime();
    try {
      for (int outage = 0; outage < outages; outage++) {
        long at = start + (long) ((outage + random.nextDouble() / 2) * pause.toNanos());
        Thread.sleep(Math.max(0, (at - System.nanoTime()) / 1_000_000));
        long pid = stack.pid("kafka");
        if (outage % 2 == 0) {
          signal("TERM", pid);
        } else {
          signal("STOP", pid);
          Thread.sleep(pause.toMillis() / 2);
          signal("CONT", pid);
        }
        done++;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void signal(String signal, long pid) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).inheritIO().start().waitFor();
  }

  /** How many there were, once {@link #run} has returned. */
  int done() {
    return done;
  }
}
