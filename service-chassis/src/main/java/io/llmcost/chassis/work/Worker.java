package io.llmcost.chassis.work;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Does what a queue says is due, round after round on a thread of its own, from the application's
 * start to its stop. What a round throws is told, and tried again after a growing delay for as long
 * as it takes.
 */
public abstract class Worker implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(Worker.class);
  private static final Duration BUSY = Duration.ofMillis(100);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);

  /** How long a worker without anything to do waits until it looks again. */
  protected static final Duration IDLE = Duration.ofSeconds(1);

  private final String name;
  private final Retry retry;
  private final Semaphore nudges = new Semaphore(0);
  private volatile boolean stopping;
  private volatile @Nullable Thread thread;
  private volatile @Nullable String trouble;

  /** Delays after a failure: doubling from the first to the longest. */
  public record Retry(Duration first, Duration longest) {}

  /**
   * @param name what is worked on, in the plural: of the thread, and in what is told
   */
  protected Worker(String name, Retry retry) {
    this.name = name;
    this.retry = retry;
  }

  /** Does what is due; returns how long until there may be more to do. */
  protected abstract Duration round() throws Exception;

  /** Reports an error that is no outage; returns whether it did, else it is told as an outage. */
  protected boolean reportFault(Throwable error) {
    return false;
  }

  /** Called once on the worker's thread, after its last round. */
  protected void ended() {}

  /** Returns the wait until something is due {@code in} that time: never long, never none. */
  protected static Duration until(Duration in) {
    return in.isZero() ? BUSY : in.compareTo(IDLE) > 0 ? IDLE : in;
  }

  /** Returns whether the worker is to end: what it has not begun, it leaves. */
  protected final boolean isStopping() {
    return stopping;
  }

  /** Looks for work now rather than in a moment. */
  public final void nudge() {
    nudges.release();
  }

  /** Returns why nothing can be done at the moment; null where all is well. */
  public final @Nullable String trouble() {
    return trouble;
  }

  private void run() {
    Duration delay = retry.first();
    while (!stopping) {
      Duration wait;
      try {
        wait = round();
        trouble = null;
        delay = retry.first();
      } catch (Throwable e) {
        // An Error too: a worker that is dead and looks alive is worse than one that tries on.
        if (!stopping) {
          tell(e, delay);
        }
        wait = delay;
        Duration doubled = delay.multipliedBy(2);
        delay = doubled.compareTo(retry.longest()) > 0 ? retry.longest() : doubled;
      }
      pause(wait);
    }
    ended();
  }

  // An outage says the same every few seconds: where it comes from is worth saying once.
  private void tell(Throwable error, Duration delay) {
    String reason = error.toString().lines().findFirst().orElse("");
    if (reportFault(error)) {
      log.error("{} wait {}: {}", name, delay, reason);
    } else if (reason.equals(trouble)) {
      log.warn("{} wait {}, still: {}", name, delay, reason);
    } else {
      log.warn("{} wait {}: {}", name, delay, reason, error);
    }
    trouble = reason;
  }

  private void pause(Duration wait) {
    try {
      if (nudges.tryAcquire(wait.toNanos(), TimeUnit.NANOSECONDS)) {
        nudges.drainPermits();
      }
    } catch (InterruptedException e) {
      stopping = true;
    }
  }

  @Override
  public final void start() {
    stopping = false;
    thread = Thread.ofPlatform().name(name).start(this::run);
  }

  /** Waits a moment for the round that goes on; what it does not write down is done again. */
  @Override
  public final void stop() {
    stopping = true;
    nudge();
    Thread running = thread;
    try {
      if (running != null && !running.join(STOP_TIMEOUT)) {
        running.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    thread = null;
  }

  @Override
  public final boolean isRunning() {
    return thread != null;
  }
}
