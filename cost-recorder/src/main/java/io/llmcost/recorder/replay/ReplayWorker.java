package io.llmcost.recorder.replay;

import io.llmcost.chassis.fault.FaultReporter;
import io.llmcost.chassis.kafka.DeadLetterCause;
import io.llmcost.chassis.work.Worker;
import io.llmcost.recorder.deadletter.FailedReplays;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Sends what replays have selected, a chunk a transaction: take the replay, send, wait for Kafka,
 * write that it was sent, say when the next chunk may follow. While Kafka or PostgreSQL is away it
 * tries on; a chunk that was sent and could not be written down is sent again, and the ledger knows
 * it. Every recorder has one, and a replay is any one's at a time.
 */
final class ReplayWorker extends Worker {
  private static final String NAME = "replays";
  private static final int CHUNKS_A_SECOND = 4;
  private static final int MAX_CHUNK = 500;

  private final ReplayQueue queue;
  private final ReplaySender sender;
  private final Ends ends;
  private final TransactionTemplate transactions;

  /** Where letters go that Kafka refuses for good, what is measured and told, and the time. */
  record Ends(Refusals refusals, ReplayMetrics metrics, FaultReporter faults, Clock clock) {}

  /** Takes a letter that Kafka itself refuses, in the worker's transaction. */
  interface Refusals {
    void refused(FailedReplays.Failure failure);
  }

  ReplayWorker(
      ReplayQueue queue,
      ReplaySender sender,
      Ends ends,
      TransactionTemplate transactions,
      Retry retry) {
    super(NAME, retry);
    this.queue = queue;
    this.sender = sender;
    this.ends = ends;
    this.transactions = transactions;
  }

  @Override
  protected void ended() {
    sender.close();
  }

  @Override
  protected boolean reportFault(Throwable error) {
    if (Outage.is(error)) {
      return false;
    }
    ends.faults().report(NAME, error);
    return true;
  }

  /** Serves one replay that is due; returns how long until there may be more to do. */
  @Override
  protected Duration round() throws Exception {
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
    return until(due.getFirst().in());
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
}
