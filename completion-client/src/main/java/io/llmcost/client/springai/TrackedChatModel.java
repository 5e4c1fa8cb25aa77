package io.llmcost.client.springai;

import io.llmcost.client.Tracking;
import java.util.Objects;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;

/**
 * A chat model whose streams {@link TrackingObservationHandler} records exactly. Spring AI adds a
 * stream's usage up to three numbers before it is observed, without cached and reasoning tokens;
 * this keeps what passes. It also lets a stream be under the {@link Tracking} of the thread that
 * asked for it, whoever subscribes to it and when. In all else it is the model that it is given.
 */
public final class TrackedChatModel implements ChatModel {
  private final ChatModel model;

  private TrackedChatModel(ChatModel model) {
    this.model = model;
  }

  /** Returns {@code model} with its streams kept. */
  public static TrackedChatModel of(ChatModel model) {
    return model instanceof TrackedChatModel tracked
        ? tracked
        : new TrackedChatModel(Objects.requireNonNull(model, "model"));
  }

  @Override
  public ChatResponse call(Prompt prompt) {
    return model.call(prompt);
  }

  @Override
  public Flux<ChatResponse> stream(Prompt prompt) {
    return new Kept(model.stream(prompt), Tracking.current());
  }

  @Override
  public ChatOptions getOptions() {
    return model.getOptions();
  }

  /** Binds what is kept while the model's own stream is subscribed to, which begins its call. */
  private static final class Kept extends Flux<ChatResponse> {
    private final Flux<ChatResponse> stream;
    private final Tracking tracking;

    private Kept(Flux<ChatResponse> stream, Tracking tracking) {
      this.stream = stream;
      this.tracking = tracking;
    }

    @Override
    public void subscribe(CoreSubscriber<? super ChatResponse> subscriber) {
      PassingUsage passing = new PassingUsage(tracking);
      ScopedValue.where(PassingUsage.CURRENT, passing)
          .run(() -> stream.doOnNext(passing::see).subscribe(subscriber));
    }
  }
}
