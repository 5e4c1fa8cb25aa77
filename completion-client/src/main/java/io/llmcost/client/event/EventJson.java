package io.llmcost.client.event;

import io.llmcost.client.provider.ProviderAdapters;
import io.llmcost.schemas.EventRules.Violation;
import io.llmcost.schemas.LlmRequestCompleted;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The JSON form of events, as {@code POST /v1/events} and {@code emit --events} take it: one object
 * an event, field names those of the Avro schema. For any number of threads.
 */
public final class EventJson {

  /** Reads the answers in {@code provider_response} with {@code adapters}. */
  public EventJson(ProviderAdapters adapters) {
    Objects.requireNonNull(adapters, "adapters");
  }

  /** What became of one event's JSON. */
  public sealed interface Outcome {}

  /**
   * A valid event.
   *
   * @param deduplicated whether a second sending of the same JSON (and idempotency key) gives the
   *     same event_id
   */
  public record Accepted(LlmRequestCompleted event, boolean deduplicated) implements Outcome {}

  /** Every reason found to refuse it, at least one. */
  public record Refused(List<Violation> violations) implements Outcome {
    public Refused {
      violations = List.copyOf(violations);
    }
  }

  /**
   * The body of one request.
   *
   * @param batch whether it was {@code {"events": [...]}}
   * @param outcomes one for each event, in order; exactly one where it was no batch
   */
  public record Request(boolean batch, List<Outcome> outcomes) {
    public Request {
      outcomes = List.copyOf(outcomes);
    }
  }

  /**
   * Reads a request: one event, or {@code {"events": [...]}}, each item standing alone. Text that
   * is no JSON is one refusal, of a request that is no batch, with the field {@code body}.
   *
   * @param idempotencyKey stands for the event_id of events without one: as it is, or in a batch
   *     followed by {@code /} and the position from 0
   * @param now the time that occurred_at is compared with
   */
  public Request readRequest(byte[] json, @Nullable String idempotencyKey, Instant now) {
    return io.llmcost.client.provider.Later.value(Request.class);
  }

  /** Reads one event; {@code idempotencyKey} stands for its event_id where it has none. */
  public Outcome readEvent(byte[] json, @Nullable String idempotencyKey, Instant now) {
    return io.llmcost.client.provider.Later.value(Outcome.class);
  }
}
