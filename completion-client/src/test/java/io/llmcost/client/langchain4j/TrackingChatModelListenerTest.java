package io.llmcost.client.langchain4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.model.anthropic.AnthropicChatModel;
import dev.langchain4j.model.anthropic.AnthropicStreamingChatModel;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.googleai.GoogleAiGeminiChatModel;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import io.llmcost.client.CompletionClient;
import io.llmcost.client.FakeProvider;
import io.llmcost.client.Tracking;
import io.llmcost.client.event.LlmCallContext;
import io.llmcost.client.publish.RecordingPublisher;
import io.llmcost.schemas.LlmRequestCompleted;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** LangChain4j's own models, calling over HTTP. */
class TrackingChatModelListenerTest {
  private static final String NOBODY = "http://127.0.0.1:1";

  private final RecordingPublisher published = new RecordingPublisher();
  private final CompletionClient client =
      CompletionClient.over(LlmCallContext.of("shop"), published, new SimpleMeterRegistry());
  private final List<ChatModelListener> listeners = List.of(new TrackingChatModelListener(client));

  @Test
  void openAisAnswerIsReadAsTheGatewayReadsIt() throws Exception {
    try (FakeProvider provider = new FakeProvider(200, "openai-chat.json")) {
      ChatModel model = openAi(provider.url());

      Tracking.with(
              context -> context.withUser("u-1").withRequestType("summary").withTrackable("t", "7"))
          .run(() -> assertThat(model.chat("Tell me a secret")).contains("this one is text"));

      LlmRequestCompleted event = only();
      assertThat(FakeProvider.difference(provider.read("openai", "/v1/chat/completions"), event))
          .isNull();
      assertThat(event.getUsage()).hasSizeGreaterThan(3);
      assertThat(event.getSource()).isEqualTo("shop");
      assertThat(event.getUserId()).isEqualTo("u-1");
      assertThat(event.getRequestType()).isEqualTo("summary");
      assertThat(event.getTrackable().getId()).isEqualTo("7");
      assertThat(event.getProvider()).isEqualTo("openai");
      assertThat(event.getOperation()).isEqualTo("chat");
      assertThat(event.getModelRequested()).isEqualTo("gpt-4o");
      assertThat(event.getHttpStatus()).isEqualTo(200);
      assertThat(event.getStreamed()).isFalse();
      assertThat(event.getLatencyMillis()).isNotNegative();
      assertThat(event.toString()).doesNotContain("secret", "this one is text");
    }
  }

  @Test
  void openAisStreamIsReadAsTheGatewayReadsIt() throws Exception {
    try (FakeProvider provider = new FakeProvider(200, "openai-cached.sse")) {
      StreamingChatModel model =
          OpenAiStreamingChatModel.builder()
              .baseUrl(provider.url() + "/v1")
              .apiKey("k")
              .modelName("gpt-5-mini")
              .listeners(listeners)
              .build();

      ChatResponse answer =
          Tracking.with(context -> context.withUser("u-2")).call(() -> stream(model));

      assertThat(answer.aiMessage().text()).isEqualTo("Hello");
      LlmRequestCompleted event = only();
      assertThat(FakeProvider.difference(provider.read("openai", "/v1/chat/completions"), event))
          .isNull();
      assertThat(event.getUsage()).hasSize(4);
      assertThat(event.getUserId()).isEqualTo("u-2");
      assertThat(event.getStreamed()).isTrue();
    }
  }

  @Test
  void anthropicsAnswerIsReadAsTheGatewayReadsIt() throws Exception {
    try (FakeProvider provider = new FakeProvider(200, "anthropic-cached.json")) {
      ChatModel model =
          AnthropicChatModel.builder()
              .baseUrl(provider.url() + "/v1")
              .apiKey("k")
              .modelName("claude-sonnet-4-6")
              .listeners(listeners)
              .build();

      assertThat(model.chat("Hi")).isEqualTo("Hello");
      LlmRequestCompleted event = only();
      assertThat(FakeProvider.difference(provider.read("anthropic", "/v1/messages"), event))
          .isNull();
      assertThat(event.getUsage()).hasSize(6);
      assertThat(event.getProvider()).isEqualTo("anthropic");
    }
  }

  @Test
  void anthropicsStreamIsReadAsTheGatewayReadsIt() throws Exception {
    try (FakeProvider provider = new FakeProvider(200, "anthropic-cached.sse")) {
      StreamingChatModel model =
          AnthropicStreamingChatModel.builder()
              .baseUrl(provider.url() + "/v1")
              .apiKey("k")
              .modelName("claude-sonnet-4-6")
              .listeners(listeners)
              .build();

      assertThat(stream(model).aiMessage().text()).isEqualTo("Hello");
      LlmRequestCompleted event = only();
      assertThat(FakeProvider.difference(provider.read("anthropic", "/v1/messages"), event))
          .isNull();
      assertThat(event.getUsage()).hasSize(5);
      assertThat(event.getStreamed()).isTrue();
    }
  }

  @Test
  void geminisAnswerIsReadAsTheGatewayReadsIt() throws Exception {
    try (FakeProvider provider = new FakeProvider(200, "gemini-generate.json")) {
      ChatModel model =
          GoogleAiGeminiChatModel.builder()
              .baseUrl(provider.url() + "/v1beta")
              .apiKey("k")
              .modelName("gemini-2.5-flash")
              .listeners(listeners)
              .build();

      assertThat(model.chat("Hi")).isEqualTo("Hello");
      LlmRequestCompleted event = only();
      assertThat(
              FakeProvider.difference(
                  provider.read("gemini", "/v1beta/models/x:generateContent"), event))
          .isNull();
      assertThat(event.getUsage()).hasSize(4);
      assertThat(event.getProvider()).isEqualTo("gemini");
    }
  }

  @Test
  void providersErrorIsAFailedEventWithItsCodeAndNothingElseOfIt() throws Exception {
    try (FakeProvider provider = new FakeProvider(404, "openai-error.json")) {
      assertThatThrownBy(() -> openAi(provider.url()).chat("Hi"))
          .hasMessageContaining("does not exist");

      LlmRequestCompleted event = only();
      assertThat(event.getStatus()).isEqualTo("failed");
      assertThat(event.getHttpStatus()).isEqualTo(404);
      assertThat(event.getErrorCode()).isEqualTo("model_not_found");
      assertThat(event.getUsage()).isEmpty();
      assertThat(event.toString()).doesNotContain("does not exist");
    }
  }

  @Test
  void providerThatIsNotThereIsAFailedEvent() {
    assertThatThrownBy(() -> openAi(NOBODY).chat("Hi")).isInstanceOf(RuntimeException.class);

    assertThat(only().getStatus()).isEqualTo("failed");
    assertThat(only().getErrorCode()).isEqualTo("provider_unreachable");
    assertThat(only().getHttpStatus()).isNull();
  }

  @Test
  void brokenStreamIsAFailedEvent() throws Exception {
    try (FakeProvider provider = new FakeProvider(529, "anthropic-error.json")) {
      StreamingChatModel model =
          AnthropicStreamingChatModel.builder()
              .baseUrl(provider.url() + "/v1")
              .apiKey("k")
              .modelName("claude-sonnet-4-6")
              .listeners(listeners)
              .build();

      assertThatThrownBy(() -> stream(model)).hasRootCauseInstanceOf(Exception.class);
      assertThat(only().getErrorCode()).isEqualTo("overloaded_error");
      assertThat(only().getHttpStatus()).isEqualTo(529);
    }
  }

  @Test
  void callCanBeLeftOut() throws Exception {
    try (FakeProvider provider = new FakeProvider(200, "openai-chat.json")) {
      ChatModel model = openAi(provider.url());

      assertThat(Tracking.off().call(() -> model.chat("Hi"))).isNotEmpty();
      assertThat(published.events()).isEmpty();
      model.chat("Hi");
      assertThat(published.events()).hasSize(1);
    }
  }

  @Test
  void providerBehindAnotherOnesClassCanBeNamed() throws Exception {
    try (FakeProvider provider = new FakeProvider(200, "xai-chat.json")) {
      ChatModel model =
          openAiBuilder(provider.url())
              .listeners(List.of(new TrackingChatModelListener(client, "xai")))
              .build();

      model.chat("Hi");
      assertThat(FakeProvider.difference(provider.read("xai", "/v1/chat/completions"), only()))
          .isNull();
      assertThat(only().getProvider()).isEqualTo("xai");
    }
  }

  @Test
  void callWorksWhenItCannotBeRecorded() throws Exception {
    try (FakeProvider provider = new FakeProvider(200, "openai-chat.json")) {
      SimpleMeterRegistry meters = new SimpleMeterRegistry();
      CompletionClient failing =
          CompletionClient.over(
              LlmCallContext.of("shop"),
              RecordingPublisher.failing(new IllegalStateException("full")),
              meters);
      ChatModel model =
          openAiBuilder(provider.url())
              .listeners(List.of(new TrackingChatModelListener(failing)))
              .build();

      assertThat(model.chat("Hi")).isNotEmpty();
      assertThat(meters.get("llmcost.client.events.untracked").counter().count()).isEqualTo(1);
    }
  }

  private ChatModel openAi(String url) {
    return openAiBuilder(url).listeners(listeners).build();
  }

  private static OpenAiChatModel.OpenAiChatModelBuilder openAiBuilder(String url) {
    return OpenAiChatModel.builder()
        .baseUrl(url + "/v1")
        .apiKey("k")
        .modelName("gpt-4o")
        .maxRetries(0)
        .timeout(Duration.ofSeconds(20));
  }

  private LlmRequestCompleted only() {
    assertThat(published.events()).hasSize(1);
    return published.events().getFirst();
  }

  private static ChatResponse stream(StreamingChatModel model) throws Exception {
    CompletableFuture<ChatResponse> answer = new CompletableFuture<>();
    model.chat(
        "Hi",
        new StreamingChatResponseHandler() {
          @Override
          public void onPartialResponse(String text) {}

          @Override
          public void onCompleteResponse(ChatResponse response) {
            answer.complete(response);
          }

          @Override
          public void onError(Throwable error) {
            answer.completeExceptionally(error);
          }
        });
    return answer.get(20, TimeUnit.SECONDS);
  }
}
