package io.llmcost.calculator.repricing;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Works on repricings, a page a transaction, for as long as it takes while something is away. Every
 * calculator has one; a repricing is any one's at a time, and goes on with another where one dies.
 */
final class RepricingWorker implements SmartLifecycle, Runnable {
  private static final Logger log = LoggerFactory.getLogger(RepricingWorker.class);
  private static final Duration IDLE = Duration.ofSeconds(1);
  private static final Duration BUSY = Duration.ofMillis(100);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);

  private final RepricingWork work;
  private final TransactionTemplate transactions;
  private final Duration firstRetry;
  private final Duration longestRetry;
  private final Semaphore nudges = new Semaphore(0);
  private volatile boolean stopping;
  private volatile @Nullable Thread thread;
  private volatile @Nullable String trouble;

  RepricingWorker(
      RepricingWork work,
      TransactionTemplate transactions,
      Duration firstRetry,
      Duration longestRetry) {
    this.work = work;
    this.transactions = transactions;
    this.firstRetry = firstRetry;
    this.longestRetry = longestRetry;
  }

  /** Looks for work now rather than in a moment. */
  void nudge() {
    nudges.release();
  }

  /** Why nothing can be done at the moment; null where all is well. */
  @Nullable String trouble() {
    return trouble;
  }

  @Override
  public void run() {
    Duration delay = firstRetry;
    while (!stopping) {
      Duration wait;
      try {
        wait = round();
        trouble = null;
        delay = firstRetry;
      } catch (Throwable e) {
        // An Error too: a worker that is dead and looks alive is worse than one that tries on.
        if (!stopping) {
          tell(e, delay);
        }
        wait = delay;
        Duration doubled = delay.multipliedBy(2);
        delay = doubled.compareTo(longestRetry) > 0 ? longestRetry : doubled;
      }
      pause(wait);
    }
  }

  // An outage says the same every few seconds: where it comes from is worth saying once.
  private void tell(Throwable error, Duration delay) {
    String reason = error.toString().lines().findFirst().orElse("");
    if (reason.equals(trouble)) {
      log.warn("repricings wait {}, still: {}", delay, reason);
    } else {
      log.warn("repricings wait {}: {}", delay, reason, error);
    }
    trouble = reason;
  }

  /** Does a page of each repricing that is due; returns how long until there may be more to do. */
  private Duration round() throws Exception {
    List<RepricingQueue.Due> due = work.due();
    if (due.isEmpty()) {
      return IDLE;
    }
    boolean served = false;
    Exception failure = null;
    for (RepricingQueue.Due one : due) {
      try {
        served |= !stopping && one.in().isZero() && advance(one.id());
      } catch (SQLException | RuntimeException e) {
        // The others go on: it may be this one's own fault.
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
    if (served) {
      return Duration.ZERO;
    }
    Duration next = due.getFirst().in();
    return next.isZero() ? BUSY : next.compareTo(IDLE) > 0 ? IDLE : next;
  }

  private boolean advance(UUID id) throws SQLException {
    SQLException[] failure = new SQLException[1];
    boolean served =
        Boolean.TRUE.equals(
            transactions.execute(
                status -> {
                  try {
                    return work.advance(id);
                  } catch (SQLException e) {
                    failure[0] = e;
                    status.setRollbackOnly();
                    return false;
                  }
                }));
    if (failure[0] != null) {
      throw failure[0];
    }
    return served;
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
  public void start() {
    stopping = false;
    thread = Thread.ofPlatform().name("repricings").start(this);
  }

  @Override
  public void stop() {
    stopping = true;
    nudge();
    Thread running = thread;
    try {
      if (running != null && !running.join(STOP_TIMEOUT)) {
        // Its page is not written down, and is done again at the next start.
        running.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    thread = null;
  }

  @Override
  public boolean isRunning() {
    return thread != null;
  }
}
