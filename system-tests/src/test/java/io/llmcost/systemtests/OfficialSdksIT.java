package io.llmcost.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.http.StreamResponse;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.RawMessageStreamEvent;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.errors.RateLimitException;
import com.openai.errors.UnauthorizedException;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import io.llmcost.cli.simulator.ProviderSimulator;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * The official Java SDKs, with nothing changed but their base URL, behave behind the gateway as
 * before the provider itself, and each of their calls is in the report.
 */
class OfficialSdksIT {
  private static final int PORT_OFFSET = 4_100;

  private static RunningStack stack;

  @BeforeAll
  static void start() throws IOException {
    stack = RunningStack.start(PORT_OFFSET);
  }

  @AfterAll
  static void stop() throws IOException {
    stack.close();
  }

  @Test
  void openAiPlain() {
    ChatCompletion direct =
        openAi(stack.simulator.url() + "/openai/v1", "direct")
            .chat()
            .completions()
            .create(chat("gpt-4o-mini").build());
    ChatCompletion behind =
        gatewayOpenAi("openai-plain").chat().completions().create(chat("gpt-4o-mini").build());

    assertThat(behind.choices()).isEqualTo(direct.choices());
    assertThat(behind.usage()).isEqualTo(direct.usage());
    JsonNode totals = reported("openai-plain", 1);
    assertThat(totals.path("prompt_tokens").asLong())
        .isEqualTo(behind.usage().orElseThrow().promptTokens());
    assertThat(totals.path("completion_tokens").asLong())
        .isEqualTo(behind.usage().orElseThrow().completionTokens());
  }

  @Test
  void openAiStreamedWithoutUsageAskedFor() {
    List<ChatCompletionChunk> direct =
        chunks(openAi(stack.simulator.url() + "/openai/v1", "direct"), chat("gpt-4o"));
    List<ChatCompletionChunk> behind = chunks(gatewayOpenAi("openai-stream"), chat("gpt-4o"));

    assertThat(texts(behind)).isEqualTo(texts(direct));
    assertThat(behind).as("the usage that nobody asked for is not shown").hasSameSizeAs(direct);
    assertThat(behind).allMatch(chunk -> chunk.usage().isEmpty());
    JsonNode totals = reported("openai-stream", 1);
    assertThat(totals.path("prompt_tokens").asLong()).isPositive();
    assertThat(totals.path("completion_tokens").asLong()).isPositive();
  }

  @Test
  void openAiStreamedWithUsageAskedFor() {
    var asked =
        chat("gpt-4o")
            .streamOptions(ChatCompletionStreamOptions.builder().includeUsage(true).build());
    List<ChatCompletionChunk> behind = chunks(gatewayOpenAi("openai-stream-usage"), asked);

    var usage = behind.getLast().usage().orElseThrow();
    JsonNode totals = reported("openai-stream-usage", 1);
    assertThat(totals.path("prompt_tokens").asLong()).isEqualTo(usage.promptTokens());
    assertThat(totals.path("completion_tokens").asLong()).isEqualTo(usage.completionTokens());
  }

  @Test
  void anthropicPlain() {
    Message direct =
        anthropic(stack.simulator.url() + "/anthropic", "direct").messages().create(message());
    Message behind = gatewayAnthropic("anthropic-plain").messages().create(message());

    assertThat(behind.content()).isEqualTo(direct.content());
    assertThat(behind.usage()).isEqualTo(direct.usage());
    JsonNode totals = reported("anthropic-plain", 1);
    assertThat(totals.path("completion_tokens").asLong()).isEqualTo(behind.usage().outputTokens());
    assertThat(totals.path("prompt_tokens").asLong())
        .isEqualTo(
            behind.usage().inputTokens()
                + behind.usage().cacheReadInputTokens().orElse(0L)
                + behind.usage().cacheCreationInputTokens().orElse(0L));
  }

  @Test
  void anthropicStreamed() {
    MessageAccumulator accumulator = MessageAccumulator.create();
    try (StreamResponse<RawMessageStreamEvent> events =
        gatewayAnthropic("anthropic-stream").messages().createStreaming(message())) {
      events.stream().forEach(accumulator::accumulate);
    }
    Message behind = accumulator.message();

    assertThat(behind.content()).isNotEmpty();
    JsonNode totals = reported("anthropic-stream", 1);
    assertThat(totals.path("completion_tokens").asLong()).isEqualTo(behind.usage().outputTokens());
  }

  @Test
  void errorsAreTheProvidersOwnAndAreReportedAsFailed() {
    OpenAIClient badKey =
        gatewayOpenAi("openai-errors")
            .withOptions(options -> options.apiKey(ProviderSimulator.INVALID_KEY));
    assertThatExceptionOfType(UnauthorizedException.class)
        .isThrownBy(() -> badKey.chat().completions().create(chat("gpt-4o").build()));
    OpenAIClient limited =
        gatewayOpenAi("openai-errors")
            .withOptions(options -> options.putHeader(ProviderSimulator.STATUS_HEADER, "429"));
    assertThatExceptionOfType(RateLimitException.class)
        .isThrownBy(() -> limited.chat().completions().create(chat("gpt-4o").build()));

    JsonNode totals = reported("openai-errors", 2);
    assertThat(totals.path("failed").asLong()).isEqualTo(2);
    assertThat(totals.path("succeeded").asLong()).isZero();
    assertThat(totals.path("total_cost").asString()).isEqualTo("0");
  }

  private static JsonNode reported(String project, int requests) {
    return stack.totals(project, totals -> totals.path("requests").asLong() >= requests);
  }

  private static ChatCompletionCreateParams.Builder chat(String model) {
    return ChatCompletionCreateParams.builder()
        .model(model)
        .addSystemMessage("You answer briefly.")
        .addUserMessage("What is the weather like in Hamburg?");
  }

  private static MessageCreateParams message() {
    return MessageCreateParams.builder()
        .model("claude-sonnet-4-5")
        .maxTokens(200)
        .addUserMessage("What is the weather like in Hamburg?")
        .build();
  }

  private static List<ChatCompletionChunk> chunks(
      OpenAIClient client, ChatCompletionCreateParams.Builder params) {
    try (var chunks = client.chat().completions().createStreaming(params.build())) {
      return chunks.stream().toList();
    }
  }

  private static List<String> texts(List<ChatCompletionChunk> chunks) {
    return chunks.stream()
        .flatMap(chunk -> chunk.choices().stream())
        .flatMap(choice -> choice.delta().content().stream())
        .toList();
  }

  private static OpenAIClient gatewayOpenAi(String project) {
    return openAi(stack.url("gateway") + "/v1", project);
  }

  private static AnthropicClient gatewayAnthropic(String project) {
    return anthropic(stack.url("gateway").toString(), project);
  }

  private static OpenAIClient openAi(String baseUrl, String project) {
    return OpenAIOkHttpClient.builder()
        .baseUrl(baseUrl)
        .apiKey("any-key-the-simulator-takes")
        .maxRetries(0)
        .putHeader("x-llmcost-project", project)
        .putHeader("x-llmcost-request-type", "sdk-test")
        .putHeader("x-llmcost-user", "sdk")
        .build();
  }

  private static AnthropicClient anthropic(String baseUrl, String project) {
    return AnthropicOkHttpClient.builder()
        .baseUrl(baseUrl)
        .apiKey("any-key-the-simulator-takes")
        .maxRetries(0)
        .putHeader("x-llmcost-project", project)
        .putHeader("x-llmcost-request-type", "sdk-test")
        .putHeader("x-llmcost-user", "sdk")
        .build();
  }
}
