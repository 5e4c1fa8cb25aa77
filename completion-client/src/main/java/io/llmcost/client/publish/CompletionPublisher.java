package io.llmcost.client.publish;

import io.llmcost.client.journal.JournalException;
import io.llmcost.client.journal.JournalFullException;
import io.llmcost.client.journal.Reservation;
import io.llmcost.schemas.LlmRequestCompleted;

/** Takes completed events for Kafka. For any number of threads. */
public interface CompletionPublisher {

  /**
   * Returns when {@code event} is in the journal, and so survives the process.
   *
   * @throws InvalidEventException if it breaks the contract ({@code EventRules}, 64 KiB)
   * @throws JournalFullException if the journal has no room
   * @throws JournalException if the disk refuses it
   */
  void publish(LlmRequestCompleted event);

  /**
   * As {@link #publish(LlmRequestCompleted)}, in the room of {@code reservation}, which is used up.
   */
  void publish(LlmRequestCompleted event, Reservation reservation);

  /**
   * Returns room for one largest event, so that a later {@code publish} cannot find the journal
   * full.
   *
   * @throws JournalFullException if there is none
   */
  Reservation reserve();
}
