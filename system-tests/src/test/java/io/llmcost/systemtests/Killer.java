package io.llmcost.systemtests;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Ends processes at seeded times, one after the other in seeded turns, each as the kernel's OOM
 * killer would. What it kills is started again by whoever supervises it.
 */
final class Killer implements Runnable {
  /** A process that can be killed, and what came of that so far. */
  interface Victim {
    String name();

    /** Ends it; returns false where it is down at the moment. */
    boolean kill();
  }

  private final List<Victim> victims;
  private final int kills;
  private final Duration pause;
  private final Random random;
  private final Map<String, Integer> killed = new TreeMap<>();
  private volatile boolean stopped;

  /** Makes {@code kills} kills, one in each {@code pause}. */
  Killer(List<? extends Victim> victims, int kills, Duration pause, long seed) {
    this.victims = List.copyOf(victims);
    this.kills = kills;
    this.pause = pause;
    this.random = new Random(seed);
  }

  @Override
  public void run() {
    Deque<Victim> turn = new ArrayDeque<>();
    long start = System.nanoTime();
    try {
      for (int kill = 0; kill < kills && !stopped; kill++) {
        if (turn.isEmpty()) {
          List<Victim> shuffled = new ArrayList<>(victims);
          Collections.shuffle(shuffled, random);
          turn.addAll(shuffled);
        }
        long at = start + (long) ((kill + random.nextDouble()) * pause.toNanos());
        Thread.sleep(Math.max(0, (at - System.nanoTime()) / 1_000_000));
        kill(turn.removeFirst());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void kill(Victim victim) throws InterruptedException {
    while (!stopped) {
      if (victim.kill()) {
        killed.merge(victim.name(), 1, Integer::sum);
        return;
      }
      Thread.sleep(100);
    }
  }

  void stop() {
    stopped = true;
  }

  /** Kills by process, once {@link #run} has returned. */
  Map<String, Integer> killed() {
    return killed;
  }

  int kills() {
    return killed.values().stream().mapToInt(Integer::intValue).sum();
  }
}
