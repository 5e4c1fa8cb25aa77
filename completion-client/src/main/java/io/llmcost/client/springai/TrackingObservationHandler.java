package io.llmcost.client.springai;

import io.llmcost.client.CompletionClient;
import io.llmcost.client.ObservedCall;
import io.llmcost.client.ObservedCall.Api;
import io.llmcost.client.Tracking;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.metadata.Usage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.observation.ChatModelObservationContext;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.embedding.EmbeddingOptions;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.embedding.observation.EmbeddingModelObservationContext;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.observation.AiOperationMetadata;

/**
 * Records each call of the chat and embedding models that are observed: one event at the answer's
 * end, at the error, or when a stream is given up. OpenAI's and Anthropic's usage is read as the
 * gateway reads it; other models tell their totals alone, and so does the observation of a stream,
 * unless {@link TrackedChatModel} keeps what passes. The calls' context is {@link Tracking}'s on
 * the thread that calls the model, or the one that the request's tool context carries under {@link
 * Tracking#KEY}. Never fails the call.
 */
public final class TrackingObservationHandler implements ObservationHandler<Observation.Context> {
  private final CompletionClient client;
  private final @Nullable String provider;

  /** Records through {@code client}, under the provider that each model names. */
  public TrackingObservationHandler(CompletionClient client) {
    this(client, null);
  }

  /**
   * As the other one, for models whose base URL is not the one of the provider that their class is
   * for.
   *
   * @param provider a provider id, or a name of one's own; null for the one that each model names
   */
  public TrackingObservationHandler(CompletionClient client, @Nullable String provider) {
    this.client = Objects.requireNonNull(client, "client");
    this.provider = provider;
  }

  /** What is known of a call from its start on. */
  private record Begun(ObservedCall call, @Nullable PassingUsage passing) {}

  @Override
  public boolean supportsContext(Observation.Context context) {
    return context instanceof ChatModelObservationContext
        || context instanceof EmbeddingModelObservationContext;
  }

  @Override
  public void onStart(Observation.Context context) {
    try {
      PassingUsage passing = PassingUsage.current();
      context.put(this, new Begun(client.observe(tracking(context, passing)), passing));
    } catch (RuntimeException | LinkageError e) {
      client.unrecorded(e);
    }
  }

  @Override
  public void onStop(Observation.Context context) {
    if (!(context.remove(this) instanceof Begun begun)) {
      return;
    }
    try {
      switch (context) {
        case ChatModelObservationContext chat -> ended(begun, chat);
        case EmbeddingModelObservationContext embedding -> ended(begun.call(), embedding);
        default -> {}
      }
    } catch (RuntimeException | LinkageError e) {
      client.unrecorded(e);
    }
  }

  private void ended(Begun begun, ChatModelObservationContext context) {
    ChatOptions options = context.getRequest().getOptions();
    Apis known = Apis.of(context.getOperationMetadata().provider());
    Api api =
        new Api(
            provider(known), known.chatPath(), "chat", options == null ? null : options.getModel());
    if (context.getError() != null) {
      Failures.record(begun.call(), api, context.getError());
      return;
    }
    PassingUsage passing = begun.passing();
    ChatResponse response = context.getResponse();
    Usage usage = response == null ? null : response.getMetadata().getUsage();
    if (passing != null && passing.usage() != null) {
      usage = passing.usage();
    }
    if (response == null) {
      // A stream was given up; the observation tells nothing of it.
      begun.call().cancelled(api);
      return;
    }
    Answers.of(response.getMetadata().getModel(), usage)
        .record(begun.call(), api, context.isStreaming());
  }

  private void ended(ObservedCall call, EmbeddingModelObservationContext context) {
    EmbeddingOptions options = context.getRequest().getOptions();
    AiOperationMetadata operation = context.getOperationMetadata();
    Apis known = Apis.of(operation.provider());
    Api api =
        new Api(
            provider(known),
            "/v1/embeddings",
            "embeddings",
            options == null ? null : options.getModel());
    EmbeddingResponse response = context.getResponse();
    if (context.getError() != null) {
      Failures.record(call, api, context.getError());
    } else if (response == null) {
      call.cancelled(api);
    } else {
      Answers.of(response.getMetadata().getModel(), response.getMetadata().getUsage())
          .record(call, api, false);
    }
  }

  private String provider(Apis known) {
    return provider == null ? known.provider() : provider;
  }

  private static Tracking tracking(Observation.Context context, @Nullable PassingUsage passing) {
    if (context instanceof ChatModelObservationContext chat
        && chat.getRequest().getOptions() instanceof ToolCallingChatOptions options
        && options.getToolContext() != null
        && options.getToolContext().get(Tracking.KEY) instanceof Tracking told) {
      return told;
    }
    return passing == null ? Tracking.current() : passing.tracking();
  }
}
