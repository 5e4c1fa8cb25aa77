package io.llmcost.client.springai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.llmcost.client.CompletionClient;
import io.llmcost.client.FakeProvider;
import io.llmcost.client.Tracking;
import io.llmcost.client.event.LlmCallContext;
import io.llmcost.client.publish.RecordingPublisher;
import io.llmcost.schemas.LlmRequestCompleted;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.ai.anthropic.AnthropicChatModel;
import org.springframework.ai.anthropic.AnthropicChatOptions;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.openai.OpenAiChatModel;
import org.springframework.ai.openai.OpenAiChatOptions;
import org.springframework.ai.openai.OpenAiEmbeddingModel;
import org.springframework.ai.openai.OpenAiEmbeddingOptions;
import reactor.core.publisher.Flux;

/** Spring AI's own models, calling over HTTP. */
class TrackingObservationHandlerTest {
  private static final String NOBODY = "http://127.0.0.1:1";
  private static final String CHAT = "/v1/chat/completions";
  private static final String MESSAGES = "/v1/messages";

  private final RecordingPublisher published = new RecordingPublisher();
  private final CompletionClient client =
      CompletionClient.over(LlmCallContext.of("shop"), published, new SimpleMeterRegistry());
  private final ObservationRegistry observations = observedBy(client);

  @Test
  void openAisAnswerIsReadAsTheGatewayReadsIt() throws Exception {
    try (FakeProvider provider = new FakeProvider(200, "openai-chat.json")) {
      ChatModel model = openAi(provider.url());

      Tracking.with(context -> context.withUser("u-1").withTrackable("t", "7"))
          .run(() -> assertThat(model.call("Tell me a secret")).contains("this one is text"));

      LlmRequestCompleted event = only();
      // Spring AI does not keep OpenAI's service tier.
      event.setServiceTier("default");
      assertThat(FakeProvider.difference(provider.read("openai", CHAT), event)).isNull();
      assertThat(event.getUsage()).hasSizeGreaterThan(3);
      assertThat(event.getUserId()).isEqualTo("u-1");
      assertThat(event.getTrackable().getId()).isEqualTo("7");
      assertThat(event.getOperation()).isEqualTo("chat");
      assertThat(event.getModelRequested()).isEqualTo("gpt-4o");
      assertThat(event.getStreamed()).isFalse();
      assertThat(event.toString()).doesNotContain("secret", "this one is text");
    }
  }

  @Test
  void anthropicsAnswerIsReadAsTheGatewayReadsIt() throws Exception {
    try (FakeProvider provider = new FakeProvider(200, "anthropic-cached.json")) {
      assertThat(anthropic(provider.url()).call("Hi")).isEqualTo("Hello");

      LlmRequestCompleted event = only();
      assertThat(FakeProvider.difference(provider.read("anthropic", MESSAGES), event)).isNull();
      assertThat(event.getUsage()).hasSize(6);
    }
  }

  @Test
  void keptStreamOfOpenAiIsReadAsTheGatewayReadsIt() throws Exception {
    try (FakeProvider provider = new FakeProvider(200, "openai-cached.sse")) {
      ChatModel model = TrackedChatModel.of(openAi(provider.url()));
      Flux<ChatResponse> cold =
          Tracking.with(context -> context.withUser("u-2"))
              .call(() -> model.stream(new Prompt("Hi")));
      assertThat(published.events()).isEmpty();

      assertThat(text(cold)).isEqualTo("Hello");
      LlmRequestCompleted event = only();
      event.setServiceTier("default");
      assertThat(FakeProvider.difference(provider.read("openai", CHAT), event)).isNull();
      assertThat(event.getUsage()).hasSize(4);
      assertThat(event.getUserId()).isEqualTo("u-2");
      assertThat(event.getStreamed()).isTrue();
    }
  }

  @Test
  void keptStreamOfAnthropicTellsAllButTheLifetimeOfWhatItCached() throws Exception {
    try (FakeProvider provider = new FakeProvider(200, "anthropic-cached.sse")) {
      assertThat(text(TrackedChatModel.of(anthropic(provider.url())).stream(new Prompt("Hi"))))
          .isEqualTo("Hello");

      assertThat(only().getUsage().toString())
          .contains(
              "\"input\", \"quantity\": 12.0",
              "\"input_cache_read\", \"quantity\": 4000.0",
              "\"input_cache_write_5m\", \"quantity\": 300.0",
              "\"output\", \"quantity\": 55.0");
    }
  }

  @Test
  void streamThatIsNotKeptIsRecordedWithItsTotals() throws Exception {
    try (FakeProvider provider = new FakeProvider(200, "openai-cached.sse")) {
      assertThat(text(openAi(provider.url()).stream(new Prompt("Hi")))).isEqualTo("Hello");

      assertThat(only().getUsage()).hasSize(2);
      assertThat(only().getMetadata()).containsEntry("usage_detail", "totals");
    }
  }

  @Test
  void streamThatIsGivenUpIsRecordedAsSuch() throws Exception {
    try (FakeProvider provider = new FakeProvider(200, "openai-cached.sse")) {
      TrackedChatModel.of(openAi(provider.url())).stream(new Prompt("Hi")).take(1).blockLast();

      await().until(() -> !published.events().isEmpty());
      assertThat(only().getStatus()).isEqualTo("cancelled");
    }
  }

  @Test
  void embeddingsAreReadAsTheGatewayReadsThem() throws Exception {
    try (FakeProvider provider = new FakeProvider(200, "openai-embeddings.json")) {
      var model =
          OpenAiEmbeddingModel.builder()
              .options(
                  OpenAiEmbeddingOptions.builder()
                      .baseUrl(provider.url() + "/v1")
                      .apiKey("k")
                      .maxRetries(0)
                      .model("text-embedding-3-small")
                      .build())
              .observationRegistry(observations)
              .build();

      assertThat(model.embed("Hi")).hasSize(3);
      LlmRequestCompleted event = only();
      assertThat(FakeProvider.difference(provider.read("openai", "/v1/embeddings"), event))
          .isNull();
      assertThat(event.getOperation()).isEqualTo("embeddings");
      assertThat(event.getModelRequested()).isEqualTo("text-embedding-3-small");
    }
  }

  @Test
  void providersErrorIsAFailedEventWithItsCode() throws Exception {
    try (FakeProvider provider = new FakeProvider(404, "openai-error.json")) {
      assertThatThrownBy(() -> openAi(provider.url()).call("Hi"))
          .isInstanceOf(RuntimeException.class);
      assertThat(only().getStatus()).isEqualTo("failed");
      assertThat(only().getHttpStatus()).isEqualTo(404);
      assertThat(only().getErrorCode()).isEqualTo("model_not_found");
    }
    published.events().clear();
    try (FakeProvider provider = new FakeProvider(529, "anthropic-error.json")) {
      assertThatThrownBy(() -> anthropic(provider.url()).call("Hi"))
          .isInstanceOf(RuntimeException.class);
      assertThat(only().getErrorCode()).isEqualTo("overloaded_error");
      assertThat(only().toString()).doesNotContain("secret");
    }
  }

  @Test
  void providerThatIsNotThereIsAFailedEvent() {
    assertThatThrownBy(() -> openAi(NOBODY).call("Hi")).isInstanceOf(RuntimeException.class);

    assertThat(only().getErrorCode()).isEqualTo("provider_unreachable");
  }

  @Test
  void callCanBeLeftOutByScopeOrByItsToolContext() throws Exception {
    try (FakeProvider provider = new FakeProvider(200, "openai-chat.json")) {
      ChatModel model = openAi(provider.url());

      assertThat(Tracking.off().call(() -> model.call("Hi"))).isNotEmpty();
      model.call(with(Tracking.off()));
      assertThat(published.events()).isEmpty();

      model.call(with(Tracking.with(context -> context.withUser("u-5"))));
      assertThat(only().getUserId()).isEqualTo("u-5");
      assertThat(provider.requests()).hasSize(3).noneMatch(body -> body.contains("llmcost"));
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
      assertThat(openAi(provider.url(), observedBy(failing)).call("Hi")).isNotEmpty();
      assertThat(meters.get("llmcost.client.events.untracked").counter().count()).isEqualTo(1);
    }
  }

  private static Prompt with(Tracking tracking) {
    return new Prompt(
        "Hi",
        OpenAiChatOptions.builder()
            .model("gpt-4o")
            .toolContext(Map.of(Tracking.KEY, tracking))
            .build());
  }

  private static ObservationRegistry observedBy(CompletionClient client) {
    ObservationRegistry registry = ObservationRegistry.create();
    registry.observationConfig().observationHandler(new TrackingObservationHandler(client));
    return registry;
  }

  private ChatModel openAi(String url) {
    return openAi(url, observations);
  }

  private static ChatModel openAi(String url, ObservationRegistry observations) {
    return OpenAiChatModel.builder()
        .options(
            OpenAiChatOptions.builder()
                .baseUrl(url + "/v1")
                .apiKey("k")
                .maxRetries(0)
                .model("gpt-4o")
                .build())
        .observationRegistry(observations)
        .build();
  }

  private ChatModel anthropic(String url) {
    return AnthropicChatModel.builder()
        .options(
            AnthropicChatOptions.builder()
                .baseUrl(url)
                .apiKey("k")
                .maxRetries(0)
                .model("claude-sonnet-4-6")
                .maxTokens(100)
                .build())
        .observationRegistry(observations)
        .build();
  }

  // A stream's observation ends a moment after its subscriber was told the end.
  private LlmRequestCompleted only() {
    await().until(() -> !published.events().isEmpty());
    assertThat(published.events()).hasSize(1);
    return published.events().getFirst();
  }

  private static String text(Flux<ChatResponse> stream) {
    List<ChatResponse> all = stream.collectList().block();
    StringBuilder text = new StringBuilder();
    if (all != null) {
      for (ChatResponse response : all) {
        if (response.getResult() != null && response.getResult().getOutput().getText() != null) {
          text.append(response.getResult().getOutput().getText());
        }
      }
    }
    return text.toString();
  }
}
