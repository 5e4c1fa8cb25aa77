package io.llmcost.client.publish;

import io.llmcost.client.journal.Reservation;
import io.llmcost.schemas.EventRules;
import io.llmcost.schemas.EventRules.Violation;
import io.llmcost.schemas.LlmRequestCompleted;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Keeps what is published in memory, and refuses what the contract refuses. */
public final class RecordingPublisher implements CompletionPublisher {
  private final List<LlmRequestCompleted> events = new CopyOnWriteArrayList<>();
  private final @Nullable RuntimeException failure;

  public RecordingPublisher() {
    this(null);
  }

  private RecordingPublisher(@Nullable RuntimeException failure) {
    this.failure = failure;
  }

  /** Returns one that takes nothing. */
  public static RecordingPublisher failing(RuntimeException failure) {
    return new RecordingPublisher(failure);
  }

  /** Returns what was published, in order. */
  public List<LlmRequestCompleted> events() {
    return events;
  }

  @Override
  public void publish(LlmRequestCompleted event) {
    if (failure != null) {
      throw failure;
    }
    List<Violation> violations = EventRules.violations(event, Instant.now());
    if (!violations.isEmpty()) {
      throw new InvalidEventException(violations);
    }
    events.add(event);
  }

  @Override
  public void publish(LlmRequestCompleted event, Reservation reservation) {
    publish(event);
  }

  @Override
  public Reservation reserve() {
    return () -> {};
  }
}
