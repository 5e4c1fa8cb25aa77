package io.llmcost.gateway;

import io.llmcost.client.journal.JournalException;
import io.llmcost.client.journal.JournalFullException;
import io.llmcost.client.journal.Reservation;
import io.llmcost.client.publish.CompletionPublisher;
import io.llmcost.schemas.EventRules;
import io.llmcost.schemas.LlmRequestCompleted;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Keeps events in memory, and fails when told to; counts the room that is reserved. */
final class RecordingPublisher implements CompletionPublisher {
  private final List<LlmRequestCompleted> events = new CopyOnWriteArrayList<>();
  private final AtomicInteger reserved = new AtomicInteger();
  private volatile boolean full;
  private volatile int fullAfter = Integer.MAX_VALUE;
  private volatile boolean broken;

  List<LlmRequestCompleted> events() {
    return events;
  }

  int reserved() {
    return reserved.get();
  }

  void full() {
    full = true;
  }

  /** Has room for so many events, and then for none. */
  void fullAfter(int count) {
    fullAfter = count;
  }

  void broken() {
    broken = true;
  }

  @Override
  public void publish(LlmRequestCompleted event) {
    if (full || events.size() >= fullAfter) {
      throw new JournalFullException("full");
    }
    if (broken) {
      throw new JournalException("the disk is gone");
    }
    var violations = EventRules.violations(event, Instant.now());
    if (!violations.isEmpty()) {
      throw new IllegalStateException(violations.toString());
    }
    events.add(event);
  }

  @Override
  public void publish(LlmRequestCompleted event, Reservation reservation) {
    publish(event);
    reservation.close();
  }

  @Override
  public Reservation reserve() {
    if (full) {
      throw new JournalFullException("full");
    }
    reserved.incrementAndGet();
    return new Reservation() {
      private boolean closed;

      @Override
      public void close() {
        if (!closed) {
          closed = true;
          reserved.decrementAndGet();
        }
      }
    };
  }
}
