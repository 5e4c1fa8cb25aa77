package io.llmcost.client;

import io.llmcost.client.event.CompletedEvents;
import io.llmcost.client.event.EventIdentity;
import io.llmcost.client.event.LlmCall;
import io.llmcost.client.event.LlmCallContext;
import io.llmcost.client.provider.AnswerHead;
import io.llmcost.client.provider.AnswerReader;
import io.llmcost.client.provider.Completion;
import io.llmcost.client.provider.ProviderAdapter;
import io.llmcost.client.provider.RequestFacts;
import io.llmcost.schemas.LlmRequestCompleted;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One call while it is made: told of its answer as it comes, or of all of it at once, it records
 * the event at the answer's end, once. For one thread at a time.
 */
public final class TrackedCall {
  private static final String UNKNOWN_OPERATION = "unknown";

  private final Request request;
  private final @Nullable ProviderAdapter adapter;
  private final InstantSource clock;
  private final Function<LlmRequestCompleted, Optional<UUID>> recorder;
  private final RequestFacts facts;
  private final long startedNanos = System.nanoTime();
  private @Nullable AnswerReader reader;
  private @Nullable Integer httpStatus;
  private @Nullable Long firstMillis;
  private boolean ended;

  TrackedCall(
      Request request,
      Optional<ProviderAdapter> adapter,
      InstantSource clock,
      Function<LlmRequestCompleted, Optional<UUID>> recorder) {
    this.request = request;
    this.adapter = adapter.orElse(null);
    this.clock = clock;
    this.recorder = recorder;
    facts = adapter.map(a -> a.read(request.body(), request.path())).orElse(RequestFacts.NONE);
  }

  /** The call as it is about to be made. */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  record Request(String provider, String path, byte[] body, LlmCallContext context) {}

  /** Returns what the request asks for, {@link RequestFacts#askForUsage} for a stream included. */
  public RequestFacts facts() {
    return facts;
  }

  /** Takes the answer's status, before its body. */
  public void head(int status) {
    httpStatus = status;
    reader = adapter == null ? null : adapter.answer(AnswerHead.of(status));
  }

  /** Takes the next bytes of the answer's body. */
  public void accept(byte[] bytes) {
    if (firstMillis == null && facts.streamed()) {
      firstMillis = millis();
    }
    if (reader != null) {
      reader.accept(bytes);
    }
  }

  /**
   * Takes the answer's end, and records the event.
   *
   * @return its id; empty where it could not be recorded, recording is off, or the provider still
   *     works on the answer
   */
  public Optional<UUID> end() {
    Completion completion = reader == null ? Completion.notUnderstood() : reader.end();
    return record(completion);
  }

  /** Takes a whole answer, and records the event; as {@link #end}. */
  public Optional<UUID> answered(int status, byte[] body) {
    head(status);
    accept(body);
    return end();
  }

  /** Records a call whose answer never began: a refused connection, a time-out. */
  public Optional<UUID> failed(String errorCode) {
    return record(Completion.failed(errorCode));
  }

  /** Records a call that the caller gave up, with what its answer had told by then. */
  public Optional<UUID> cancelled() {
    Completion completion = reader == null ? Completion.notUnderstood() : reader.end();
    return record(completion.cancelled());
  }

  private Optional<UUID> record(Completion completion) {
    if (ended) {
      throw new IllegalStateException("this call has ended already");
    }
    ended = true;
    if (completion.pending()) {
      return Optional.empty();
    }
    EventIdentity identity = identity();
    LlmCall call =
        new LlmCall(
            identity.eventId(),
            request.provider(),
            adapter == null ? UNKNOWN_OPERATION : adapter.operation(),
            facts.modelRequested(),
            null,
            facts.streamed(),
            httpStatus,
            identity.occurredAt(),
            millis(),
            firstMillis);
    return recorder.apply(CompletedEvents.of(request.context(), call, completion));
  }

  private EventIdentity identity() {
    Instant endedAt = clock.instant();
    if (adapter != null && reader != null) {
      return CompletedEvents.identity(adapter, request.provider(), reader)
          .orElseGet(() -> CompletedEvents.minted(endedAt));
    }
    return CompletedEvents.minted(endedAt);
  }

  private long millis() {
    return Duration.ofNanos(System.nanoTime() - startedNanos).toMillis();
  }
}
