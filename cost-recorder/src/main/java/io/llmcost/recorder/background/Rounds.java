package io.llmcost.recorder.background;

import io.llmcost.chassis.fault.FaultReporter;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;

/**
 * Does a piece of work again and again from the application's start to its stop, on a thread of its
 * own. What the work throws is told as a fault, and the next round comes as usual.
 */
public final class Rounds implements SmartLifecycle {
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

  private final String name;
  private final Duration first;
  private final Work work;
  private final FaultReporter faults;
  private volatile CountDownLatch stopping = new CountDownLatch(1);
  private volatile @Nullable Thread thread;

  /** One round of the work. */
  public interface Work {
    /** Returns whether there is anything to do, ever. */
    default boolean isWanted() {
      return true;
    }

    /** Does it, and returns how long to wait until the next round. */
    Duration round();

    /** Returns how long to wait after a round that threw. */
    Duration afterAFault();
  }

  /**
   * @param name of the thread, and where its faults come from
   * @param first how long to wait before the first round
   */
  public Rounds(String name, Duration first, Work work, FaultReporter faults) {
    this.name = name;
    this.first = first;
    this.work = work;
    this.faults = faults;
  }

  @Override
  public boolean isAutoStartup() {
    return work.isWanted();
  }

  @Override
  public void start() {
    CountDownLatch stop = new CountDownLatch(1);
    stopping = stop;
    thread = Thread.ofVirtual().name(name).start(() -> run(stop));
  }

  /** Waits a moment for a round that goes on; what still goes on then loses its connection. */
  @Override
  public void stop() {
    stopping.countDown();
    Thread running = thread;
    thread = null;
    try {
      if (running != null) {
        boolean _ = running.join(STOP_TIMEOUT);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public boolean isRunning() {
    return thread != null;
  }

  private void run(CountDownLatch stop) {
    Duration wait = first;
    try {
      while (!stop.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
        wait = round(stop);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Duration round(CountDownLatch stop) {
    try {
      return work.round();
    } catch (RuntimeException | Error e) {
      if (stop.getCount() > 0) {
        faults.report(name, e);
      }
      return work.afterAFault();
    }
  }
}
