package io.llmcost.recorder.replay;

import io.llmcost.chassis.fault.FaultReporter;
import io.llmcost.chassis.kafka.DeadLetterCause;
import io.llmcost.recorder.deadletter.FailedReplays;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Sends what replays have selected, a chunk a transaction: take the replay, send, wait for Kafka,
 * write that it was sent, say when the next chunk may follow. While Kafka or PostgreSQL is away it
 * tries on; a chunk that was sent and could not be written down is sent again, and the ledger knows
 * it. Every recorder has one, and a replay is any one's at a time.
 */
final class ReplayWorker implements SmartLifecycle, Runnable {
  private static final Logger log = LoggerFactory.getLogger(ReplayWorker.class);
  private static final Duration IDLE = Duration.ofSeconds(1);
  private static final Duration BUSY = Duration.ofMillis(100);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);
  private static final int CHUNKS_A_SECOND = 4;
  private static final int MAX_CHUNK = 500;

  private final ReplayQueue queue;
  private final ReplaySender sender;
  private final Ends ends;
  private final TransactionTemplate transactions;
  private final Retry retry;
  private final Semaphore nudges = new Semaphore(0);
  private volatile boolean stopping;
  private volatile @Nullable Thread thread;
  private volatile @Nullable String trouble;

  /** Where letters go that Kafka refuses for good, what is measured and told, and the time. */
  record Ends(Refusals refusals, ReplayMetrics metrics, FaultReporter faults, Clock clock) {}

  /** Takes a letter that Kafka itself refuses, in the worker's transaction. */
  interface Refusals {
    void refused(FailedReplays.Failure failure);
  }

  /** Delays after a failure: doubling from the first to the longest. */
  record Retry(Duration first, Duration longest) {}

  ReplayWorker(
      ReplayQueue queue,
      ReplaySender sender,
      Ends ends,
      TransactionTemplate transactions,
      Retry retry) {
    this.queue = queue;
    this.sender = sender;
    this.ends = ends;
    this.transactions = transactions;
    this.retry = retry;
  }

  /** Looks for work now rather than in a moment. */
  void nudge() {
    nudges.release();
  }

  /** Why nothing can be sent at the moment; null where all is well. */
  @Nullable String trouble() {
    return trouble;
  }

  @Override
  public void run() {
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
    sender.close();
  }

  // An outage says the same every few seconds: where it comes from is worth saying once.
  private void tell(Throwable error, Duration delay) {
    String reason = error.toString().lines().findFirst().orElse("");
    if (!Outage.is(error)) {
      log.error("replays wait {}: {}", delay, reason);
      ends.faults().report("replays", error);
    } else if (reason.equals(trouble)) {
      log.warn("replays wait {}, still: {}", delay, reason);
    } else {
      log.warn("replays wait {}: {}", delay, reason, error);
    }
    trouble = reason;
  }

  /** Serves one replay that is due; returns how long until there may be more to do. */
  private Duration round() throws Exception {
    List<ReplayQueue.Due> due = queue.due();
    ends.metrics().running(due.size());
    if (due.isEmpty()) {
      return IDLE;
    }
    for (ReplayQueue.Due one : due) {
      if (one.in().isZero() && serve(one)) {
        return Duration.ZERO;
      }
    }
    Duration next = due.getFirst().in();
    return next.isZero() ? BUSY : next.compareTo(IDLE) > 0 ? IDLE : next;
  }

  private boolean serve(ReplayQueue.Due due) throws Exception {
    Exception[] failure = new Exception[1];
    boolean served =
        Boolean.TRUE.equals(
            transactions.execute(
                status -> {
                  Optional<ReplayQueue.Leased> replay = queue.lease(due.id());
                  replay.ifPresent(leased -> failure[0] = advance(leased));
                  return replay.isPresent();
                }));
    if (failure[0] != null) {
      throw failure[0];
    }
    return served;
  }

  /** Returns why some of the chunk could not be sent; what was sent is written all the same. */
  private @Nullable Exception advance(ReplayQueue.Leased replay) {
    Instant now = ends.clock().instant();
    if (replay.isCancelled()) {
      queue.cancel(replay, now);
      return null;
    }
    long start = System.nanoTime();
    int limit = Math.clamp(replay.rate() / CHUNKS_A_SECOND, 1, MAX_CHUNK);
    List<Outgoing> letters = queue.next(replay, limit);
    if (letters.isEmpty()) {
      queue.done(replay, now);
      return null;
    }
    ReplaySender.Result result = sender.send(letters, replay.id(), replay.madeBy(), now);
    queue.sent(replay, result.acknowledged(), ends.clock().instant());
    for (Map.Entry<Outgoing, String> refused : result.refused().entrySet()) {
      Outgoing letter = refused.getKey();
      ends.refusals()
          .refused(
              new FailedReplays.Failure(
                  letter.deadLetterId(),
                  replay.id(),
                  letter.count(),
                  letter.topic(),
                  DeadLetterCause.TOO_LARGE.name(),
                  "Kafka refuses it: " + refused.getValue(),
                  null,
                  now));
    }
    queue.pace(replay, letters.size(), Duration.ofNanos(System.nanoTime() - start));
    return result.failure();
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
    thread = Thread.ofPlatform().name("replays").start(this);
  }

  @Override
  public void stop() {
    stopping = true;
    nudge();
    Thread running = thread;
    try {
      if (running != null && !running.join(STOP_TIMEOUT)) {
        // What it is at is not written down, and is sent again at the next start.
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
