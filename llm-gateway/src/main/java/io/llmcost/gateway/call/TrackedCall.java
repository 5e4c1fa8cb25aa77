package io.llmcost.gateway.call;

import io.llmcost.client.event.CompletedEvents;
import io.llmcost.client.event.EventIdentity;
import io.llmcost.client.event.LlmCall;
import io.llmcost.client.event.LlmCallContext;
import io.llmcost.client.journal.Reservation;
import io.llmcost.client.provider.AnswerHead;
import io.llmcost.client.provider.AnswerReader;
import io.llmcost.client.provider.Completion;
import io.llmcost.client.provider.ProviderAdapter;
import io.llmcost.client.publish.CompletionPublisher;
import io.llmcost.schemas.EventIds;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A call that will be an event: reads its answer as it passes, and at its end puts the event into
 * the journal, in the room that was reserved before the provider was called. Pure but for the
 * publisher; for one thread at a time.
 */
final class TrackedCall {
  private final CallPlan plan;
  private final ProviderAdapter adapter;
  private final LlmCallContext context;
  private final Reservation reservation;
  private final UUID minted;
  private @Nullable EventIdentity derived;
  private @Nullable AnswerReader reader;
  private @Nullable Integer httpStatus;

  TrackedCall(
      CallPlan plan,
      ProviderAdapter adapter,
      LlmCallContext context,
      Reservation reservation,
      Instant arrivedAt) {
    this.plan = plan;
    this.adapter = adapter;
    this.context = context;
    this.reservation = reservation;
    this.minted = EventIds.mint(arrivedAt);
  }

  /** When things happened, in milliseconds after the request's arrival. */
  record Times(Instant endedAt, long latencyMillis, @Nullable Long firstTokenMillis) {}

  /** Takes the answer's head. */
  void head(AnswerHead head) {
    httpStatus = head.httpStatus();
    reader = adapter.answer(head);
  }

  /** Takes a part of the answer's body. */
  void body(byte[] bytes, int length) {
    if (reader != null) {
      reader.accept(bytes, 0, length);
      if (derived == null && adapter.refetchable()) {
        derived =
            CompletedEvents.identity(adapter, plan.target().provider().id(), reader).orElse(null);
      }
    }
  }

  /** Returns whether the event's id is known: of some answers only when they began. */
  boolean isIdentified() {
    return derived != null || !adapter.refetchable();
  }

  /** Returns whether the answer has told its end. */
  boolean isFinished() {
    AnswerReader from = reader;
    return from != null && from.isFinished();
  }

  /** Returns the event's id; final once it is identified, or the answer ended. */
  UUID eventId() {
    return derived == null ? minted : derived.eventId();
  }

  /** Returns what the answer says, all of it or as much as came. */
  Completion completion() {
    AnswerReader from = reader;
    return from == null ? Completion.failed("no_answer") : from.end();
  }

  /** Puts the event into the journal; a background answer that is not ready yet is none. */
  void publish(Completion completion, Times times, CompletionPublisher publisher) {
    if (completion.pending()) {
      release();
      return;
    }
    EventIdentity identity = derived;
    LlmCall call =
        new LlmCall(
            eventId(),
            plan.target().provider().id(),
            adapter.operation(),
            plan.facts().modelRequested(),
            null,
            plan.facts().streamed(),
            httpStatus,
            identity == null ? times.endedAt() : identity.occurredAt(),
            times.latencyMillis(),
            plan.facts().streamed() ? times.firstTokenMillis() : null);
    publisher.publish(CompletedEvents.of(context, call, completion), reservation);
  }

  /** Gives the room in the journal back: the call makes no event. */
  void release() {
    reservation.close();
  }
}
