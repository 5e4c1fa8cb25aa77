package io.llmcost.client.langchain4j;

import dev.langchain4j.model.ModelProvider;
import dev.langchain4j.model.chat.listener.ChatModelErrorContext;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.listener.ChatModelRequestContext;
import dev.langchain4j.model.chat.listener.ChatModelResponseContext;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponseMetadata;
import dev.langchain4j.model.output.TokenUsage;
import io.llmcost.client.CompletionClient;
import io.llmcost.client.ObservedCall;
import io.llmcost.client.ObservedCall.Api;
import io.llmcost.client.Tracking;
import io.llmcost.client.provider.Completion;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Records each call of the chat models that it listens to, plain or streamed: one event at the
 * answer's end, or at the error. Models that keep the provider's answer (OpenAI's, Anthropic's,
 * Gemini's, Mistral's) are read as the gateway reads it; others tell their totals alone, which are
 * charged as plain input and output. The calls' context is {@link Tracking}'s on the thread that
 * calls the model. Never fails the call.
 */
public final class TrackingChatModelListener implements ChatModelListener {
  private final CompletionClient client;
  private final @Nullable String provider;

  /** Records through {@code client}, under the provider that each model names. */
  public TrackingChatModelListener(CompletionClient client) {
    this(client, null);
  }

  /**
   * As the other one, for a model whose base URL is not the one of the provider that its class is
   * for: Groq behind OpenAI's class, a server of one's own.
   *
   * @param provider a provider id, or a name of one's own; null for the one that each model names
   */
  public TrackingChatModelListener(CompletionClient client, @Nullable String provider) {
    this.client = Objects.requireNonNull(client, "client");
    this.provider = provider;
  }

  @Override
  public void onRequest(ChatModelRequestContext request) {
    request.attributes().put(this, client.observe(Tracking.current()));
  }

  @Override
  public void onResponse(ChatModelResponseContext response) {
    ObservedCall call = begun(response.attributes());
    if (call == null) {
      return;
    }
    try {
      ChatResponseMetadata metadata = response.chatResponse().metadata();
      Api api = api(response.modelProvider(), response.chatRequest(), metadata);
      RawAnswer kept = RawAnswer.of(metadata);
      RawAnswer raw = kept == null ? GeminiAnswer.of(metadata) : kept;
      if (raw == null) {
        call.counted(api, false, counted(metadata));
      } else {
        call.answered(api, raw.streamed(), raw.text().getBytes(StandardCharsets.UTF_8));
      }
    } catch (RuntimeException | LinkageError e) {
      client.unrecorded(e);
    }
  }

  @Override
  public void onError(ChatModelErrorContext error) {
    ObservedCall call = begun(error.attributes());
    if (call == null) {
      return;
    }
    try {
      Failures.record(call, api(error.modelProvider(), error.chatRequest(), null), error.error());
    } catch (RuntimeException | LinkageError e) {
      client.unrecorded(e);
    }
  }

  private @Nullable ObservedCall begun(Map<Object, Object> attributes) {
    return attributes.remove(this) instanceof ObservedCall call ? call : null;
  }

  private Api api(
      @Nullable ModelProvider told, ChatRequest request, @Nullable ChatResponseMetadata metadata) {
    Providers known = Providers.of(told);
    String model = request.parameters().modelName();
    return new Api(provider == null ? known.id() : provider, known.path(metadata), "chat", model);
  }

  private static Completion counted(ChatResponseMetadata metadata) {
    TokenUsage usage = metadata.tokenUsage();
    return usage == null
        ? Completion.counted(metadata.modelName(), null, null)
        : Completion.counted(
            metadata.modelName(), usage.inputTokenCount(), usage.outputTokenCount());
  }
}
