package io.llmcost.gateway.call;

import io.llmcost.client.event.CompletedEvents;
import io.llmcost.client.event.EventIdentity;
import io.llmcost.client.event.LlmCall;
import io.llmcost.client.event.LlmCallContext;
import io.llmcost.client.journal.JournalException;
import io.llmcost.client.journal.Reservation;
import io.llmcost.client.provider.SessionReader.Turn;
import io.llmcost.client.publish.CompletionPublisher;
import io.llmcost.schemas.LlmRequestCompleted;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The events of one session, one for each billed turn; the room of the next one is reserved before
 * the caller can ask for it. Pure but for the publisher; for one thread at a time.
 */
final class SessionTurns {
  private static final int SWITCHING_PROTOCOLS = 101;

  private final LlmCallContext context;
  private final String provider;
  private final CompletionPublisher publisher;
  private @Nullable Reservation reservation;

  SessionTurns(LlmCallContext context, String provider, CompletionPublisher publisher) {
    this.context = context;
    this.provider = provider;
    this.publisher = publisher;
  }

  /** Reserves the room of the next turn's event, and returns whether there is some. */
  boolean reserve() {
    if (reservation == null) {
      try {
        reservation = publisher.reserve();
      } catch (JournalException e) {
        return false;
      }
    }
    return true;
  }

  /**
   * Puts a turn's event into the journal, in the room that was reserved.
   *
   * @return false where no room was reserved: the turn goes untracked
   * @throws JournalException the journal failed
   */
  boolean publish(Turn turn, Instant now) {
    Reservation room = reservation;
    if (room == null) {
      return false;
    }
    EventIdentity identity = CompletedEvents.minted(now);
    LlmRequestCompleted event =
        CompletedEvents.of(
            context,
            new LlmCall(
                identity.eventId(),
                provider,
                turn.operation(),
                turn.model(),
                null,
                true,
                SWITCHING_PROTOCOLS,
                identity.occurredAt(),
                null,
                null),
            turn.completion());
    publisher.publish(event, room);
    reservation = null;
    return true;
  }

  /** Gives the reserved room back. */
  void release() {
    Reservation room = reservation;
    reservation = null;
    if (room != null) {
      room.close();
    }
  }
}
