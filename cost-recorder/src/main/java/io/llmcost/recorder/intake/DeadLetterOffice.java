package io.llmcost.recorder.intake;

import io.llmcost.chassis.kafka.DeadLetterCause;
import io.llmcost.chassis.kafka.DeadLetterPublisher;
import io.llmcost.recorder.ledger.Refusal;
import io.llmcost.recorder.ledger.Verdict;
import io.llmcost.recorder.store.Stream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.errors.InterruptException;

/**
 * Sends a batch's refused records to the dead letters before the batch is committed. A batch that
 * is tried again does not send again what was acknowledged; a crash in between does, and the index
 * of dead letters takes the two copies for one. One instance a consumer thread.
 */
public final class DeadLetterOffice {

  private record Place(Stream stream, long offset) {}

  private final DeadLetterPublisher publisher;
  private final Duration timeout;
  private final Map<Place, CompletableFuture<Void>> sent = new HashMap<>();

  public DeadLetterOffice(DeadLetterPublisher publisher, Duration timeout) {
    this.publisher = publisher;
    this.timeout = timeout;
  }

  /**
   * Returns once Kafka has acknowledged every refused record of {@code items}.
   *
   * @throws DeadLettersUnacknowledgedException if it does not
   */
  void deliver(List<Item> items, List<Verdict> verdicts) {
    List<CompletableFuture<Void>> awaited = new ArrayList<>(0);
    for (int i = 0; i < items.size(); i++) {
      if (verdicts.get(i) instanceof Verdict.Refused(Refusal refusal)) {
        awaited.add(send(items.get(i), refusal));
      }
    }
    if (!awaited.isEmpty()) {
      await(CompletableFuture.allOf(awaited.toArray(CompletableFuture[]::new)));
    }
  }

  /** Forgets what a committed batch sent. */
  void committed(List<Item> items) {
    if (!sent.isEmpty()) {
      items.forEach(item -> sent.remove(place(item)));
    }
  }

  private CompletableFuture<Void> send(Item item, Refusal refusal) {
    Place place = place(item);
    CompletableFuture<Void> known = sent.get(place);
    if (known != null && !known.isCompletedExceptionally()) {
      return known;
    }
    CompletableFuture<Void> sending =
        publisher.publish(
            item.fetched().record(),
            cause(refusal.cause()),
            new RecordRefusedException(refusal.message(), item.error()));
    sent.put(place, sending);
    return sending;
  }

  private void await(CompletableFuture<Void> all) {
    try {
      all.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    } catch (ExecutionException | TimeoutException e) {
      throw new DeadLettersUnacknowledgedException(e);
    }
  }

  private static Place place(Item item) {
    return new Place(item.fetched().stream(), item.fetched().record().offset());
  }

  public static DeadLetterCause cause(Refusal.Cause cause) {
    return switch (cause) {
      case UNDECODABLE -> DeadLetterCause.UNDECODABLE;
      case INVALID -> DeadLetterCause.INVALID_EVENT;
      case CONFLICT -> DeadLetterCause.CONFLICT;
      case UNKNOWN_EVENT -> DeadLetterCause.UNKNOWN_EVENT;
      case CLOSED_PERIOD -> DeadLetterCause.CLOSED_PERIOD;
      case REFUSED_BY_DATABASE -> DeadLetterCause.REFUSED_BY_DATABASE;
      case UNEXPECTED -> DeadLetterCause.UNEXPECTED;
    };
  }
}
