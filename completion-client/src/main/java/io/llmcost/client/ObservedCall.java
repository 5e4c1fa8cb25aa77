package io.llmcost.client;

import io.llmcost.client.event.CompletedEvents;
import io.llmcost.client.event.EventIdentity;
import io.llmcost.client.event.LlmCall;
import io.llmcost.client.event.LlmCallContext;
import io.llmcost.client.provider.AnswerHead;
import io.llmcost.client.provider.AnswerReader;
import io.llmcost.client.provider.Completion;
import io.llmcost.client.provider.ProviderAdapter;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One call that a framework makes for the application, as the framework's own hooks tell of it: it
 * began, it ended. Where they have the provider's answer itself, the same adapters read it as in
 * the gateway. Records once, on whichever thread, and throws nothing: a call must not fail for
 * being counted.
 */
public final class ObservedCall {
  private static final int OK = 200;

  private final CompletionClient client;
  private final @Nullable LlmCallContext context;
  private final long startedNanos = System.nanoTime();
  private final AtomicBoolean ended = new AtomicBoolean();

  ObservedCall(CompletionClient client, Tracking tracking) {
    this.client = client;
    context = tracking.isOn() ? contextOf(client, tracking) : null;
  }

  /**
   * Which API is called.
   *
   * @param provider a provider id, or a name of the application's own
   * @param path of the provider's API that serves such calls, for instance {@code
   *     /v1/chat/completions}: it finds the adapter
   * @param operation where no adapter is found
   * @param modelRequested as it was asked for
   */
  public record Api(
      String provider, String path, String operation, @Nullable String modelRequested) {
    public Api {
      Objects.requireNonNull(provider, "provider");
      Objects.requireNonNull(path, "path");
      Objects.requireNonNull(operation, "operation");
    }
  }

  /** Records an answer in the provider's own words: a body, or the text of its event-stream. */
  public Optional<UUID> answered(Api api, boolean streamed, byte[] answer) {
    return answered(api, streamed, OK, answer);
  }

  /** Records what the provider answered in place of an answer; its code becomes the error's. */
  public Optional<UUID> refused(Api api, int httpStatus, byte[] answer) {
    return answered(api, false, httpStatus, answer);
  }

  private Optional<UUID> answered(Api api, boolean streamed, int httpStatus, byte[] answer) {
    return once(
        () -> {
          Optional<ProviderAdapter> adapter = adapter(api);
          if (adapter.isEmpty()) {
            Completion told =
                httpStatus < 400
                    ? Completion.notUnderstood()
                    : Completion.failed("http_" + httpStatus);
            return record(api, streamed, httpStatus, told, minted());
          }
          AnswerReader reader = adapter.get().answer(AnswerHead.of(httpStatus));
          reader.accept(answer);
          Completion completion = reader.end();
          if (completion.pending()) {
            return Optional.empty();
          }
          EventIdentity identity =
              CompletedEvents.identity(adapter.get(), api.provider(), reader)
                  .orElseGet(ObservedCall::minted);
          return record(api, streamed, httpStatus, completion, identity);
        });
  }

  /** Records what the framework itself makes of an answer that it does not show. */
  public Optional<UUID> counted(Api api, boolean streamed, Completion completion) {
    return once(() -> record(api, streamed, OK, completion, minted()));
  }

  /** Records a call that has no answer: a refused connection, a time-out. */
  public Optional<UUID> failed(Api api, String errorCode) {
    return once(() -> record(api, false, null, Completion.failed(errorCode), minted()));
  }

  /** Records a call that the application gave up, of whose answer nothing is known. */
  public Optional<UUID> cancelled(Api api) {
    return once(() -> record(api, true, null, Completion.notUnderstood().cancelled(), minted()));
  }

  private interface Ending {
    Optional<UUID> record();
  }

  private Optional<UUID> once(Ending ending) {
    if (context == null || !ended.compareAndSet(false, true)) {
      return Optional.empty();
    }
    try {
      return ending.record();
    } catch (RuntimeException | LinkageError e) {
      client.unrecorded(e);
      return Optional.empty();
    }
  }

  private Optional<UUID> record(
      Api api,
      boolean streamed,
      @Nullable Integer httpStatus,
      Completion completion,
      EventIdentity identity) {
    LlmCall call =
        new LlmCall(
            identity.eventId(),
            api.provider(),
            adapter(api).map(ProviderAdapter::operation).orElse(api.operation()),
            api.modelRequested(),
            null,
            streamed,
            httpStatus,
            identity.occurredAt(),
            Duration.ofNanos(System.nanoTime() - startedNanos).toMillis(),
            null);
    return client.publish(CompletedEvents.of(Objects.requireNonNull(context), call, completion));
  }

  private Optional<ProviderAdapter> adapter(Api api) {
    return client.adapters().find(api.provider(), "POST", api.path());
  }

  private static EventIdentity minted() {
    return CompletedEvents.minted(Instant.now());
  }

  // What the application says of its call may be wrong; the call is billed all the same.
  private static LlmCallContext contextOf(CompletionClient client, Tracking tracking) {
    try {
      return tracking.of(client.baseContext());
    } catch (RuntimeException e) {
      client.contextless(e);
      return client.baseContext();
    }
  }
}
