package io.llmcost.client.event;

import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One call to a provider as whoever made it saw it.
 *
 * @param eventId minted when the call's answer began, or derived where the answer can be fetched
 *     again ({@link CompletedEvents#identity})
 * @param provider a provider id, or a configured name
 * @param operation chat, responses, embeddings …
 * @param region where the call was sent, if the endpoint tells
 * @param occurredAt when the answer ended; for an answer that can be fetched again, its created_at
 * @param latencyMillis from the request's arrival to the answer's end
 */
public record LlmCall(
    UUID eventId,
    String provider,
    String operation,
    @Nullable String modelRequested,
    @Nullable String region,
    boolean streamed,
    @Nullable Integer httpStatus,
    Instant occurredAt,
    @Nullable Long latencyMillis,
    @Nullable Long timeToFirstTokenMillis) {
  public LlmCall {
    Objects.requireNonNull(eventId, "eventId");
    Objects.requireNonNull(provider, "provider");
    Objects.requireNonNull(operation, "operation");
    Objects.requireNonNull(occurredAt, "occurredAt");
  }
}
