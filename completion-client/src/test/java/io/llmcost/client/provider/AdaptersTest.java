package io.llmcost.client.provider;

import static io.llmcost.client.provider.Answers.read;
import static io.llmcost.client.provider.Answers.usage;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.llmcost.schemas.UsageSources;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AdaptersTest {
  private static final String CHAT = "/v1/chat/completions";
  private static final String MESSAGES = "/v1/messages";
  private static final String RESPONSES = "/v1/responses";

  @Test
  void chatTakesTheGrossApart() {
    Completion completion = read("openai", CHAT, "openai-chat.json");

    assertThat(usage(completion))
        .isEqualTo(
            Map.of(
                "input", "160",
                "input_cache_read", "1024",
                "input_audio", "16",
                "output", "276",
                "output_reasoning", "64"));
    assertThat(completion.status()).isEqualTo("succeeded");
    assertThat(completion.model()).isEqualTo("gpt-4o-2024-08-06");
    assertThat(completion.serviceTier()).isEqualTo("default");
    assertThat(completion.contextTokens()).isEqualTo(1200);
    assertThat(completion.providerId()).isEqualTo("chatcmpl-7f21");
    assertThat(completion.createdAt()).isEqualTo(Instant.ofEpochSecond(1790000000));
    assertThat(completion.usageSource()).isEqualTo(UsageSources.PROVIDER);
    assertThat(completion.usageInconsistent()).isFalse();
    assertThat(completion.metadata()).isEmpty();
    assertThat(completion.finished()).isTrue();
  }

  @Test
  void chatStreamTellsUsageInItsLastChunk() {
    Completion completion = read("openai", CHAT, "openai-chat.sse");

    assertThat(usage(completion)).isEqualTo(Map.of("input", "25", "output", "7"));
    assertThat(completion.model()).isEqualTo("gpt-4o-mini-2024-07-18");
    assertThat(completion.serviceTier()).isEqualTo("default");
    assertThat(completion.finished()).isTrue();
  }

  @Test
  void azureStreamBeginsWithAChunkOfNoChoicesAndNoModel() {
    Completion completion =
        read("azure", "/openai/deployments/mine/chat/completions", "azure-chat.sse");

    assertThat(usage(completion)).isEqualTo(Map.of("input", "11", "output", "2"));
    assertThat(completion.model()).isEqualTo("gpt-4o-2024-11-20");
    assertThat(completion.providerId()).isEqualTo("chatcmpl-az");
  }

  @Test
  void groqStreamTellsUsageInItsOwnPlace() {
    Completion completion = read("groq", "/openai/v1/chat/completions", "groq-chat.sse");

    assertThat(usage(completion)).isEqualTo(Map.of("input", "30", "output", "5"));
    assertThat(completion.finished()).isTrue();
  }

  @Test
  void errorWithinAStreamIsAFailure() {
    Completion completion = read("groq", "/openai/v1/chat/completions", "groq-error.sse");

    assertThat(completion.status()).isEqualTo("failed");
    assertThat(completion.errorCode()).isEqualTo("tool_use_failed");
    assertThat(completion.usage()).isEmpty();
    assertThat(completion.usageSource()).isEqualTo("none");
  }

  @Test
  void partsBeyondTheirGrossAreClampedAndFlagged() {
    Completion completion = read("openrouter", "/api/v1/chat/completions", "openrouter-chat.json");

    assertThat(usage(completion))
        .isEqualTo(
            Map.of(
                "input_cache_read", "2161",
                "input_cache_write_5m", "7",
                "output_reasoning", "100"));
    assertThat(completion.usageInconsistent()).isTrue();
    assertThat(completion.metadata().get("provider_usage"))
        .contains("\"cache_write_tokens\":2161")
        .contains("\"reasoning_tokens\":120");
    assertThat(completion.providerReportedCost())
        .isEqualTo(new ProviderCost(new BigDecimal("4.970133E-4"), "USD"));
  }

  @Test
  void xaiCountsReasoningBesideItsOutput() {
    Completion completion = read("xai", CHAT, "xai-chat.json");

    assertThat(usage(completion))
        .isEqualTo(
            Map.of(
                "input", "93",
                "input_cache_read", "128",
                "output", "12",
                "output_reasoning", "110"));
    assertThat(completion.providerReportedCost())
        .isEqualTo(new ProviderCost(new BigDecimal("0.00044685"), "USD"));
  }

  @Test
  void mistralTellsCacheReadsElsewhere() {
    assertThat(
            chatUsage(
                "mistral",
                "{\"prompt_tokens\":70,\"completion_tokens\":12,\"num_cached_tokens\":69}"))
        .isEqualTo(Map.of("input", "1", "input_cache_read", "69", "output", "12"));
  }

  @Test
  void deepSeekTellsCacheReadsTwiceAndTheyCountOnce() {
    assertThat(
            chatUsage(
                "deepseek",
                "{\"prompt_tokens\":100,\"completion_tokens\":5,\"prompt_cache_hit_tokens\":64,"
                    + "\"prompt_cache_miss_tokens\":36,"
                    + "\"prompt_tokens_details\":{\"cached_tokens\":64}}"))
        .isEqualTo(Map.of("input", "36", "input_cache_read", "64", "output", "5"));
  }

  @Test
  void geminisCompatibleEndpointTellsThinkingByTheTotalAlone() {
    assertThat(
            chatUsage(
                "gemini", "{\"prompt_tokens\":35,\"completion_tokens\":12,\"total_tokens\":109}"))
        .isEqualTo(Map.of("input", "35", "output", "12", "output_reasoning", "62"));
  }

  @Test
  void usedNothingIsUsageAsWell() {
    assertThat(chatUsage("openai", "{\"prompt_tokens\":0,\"completion_tokens\":0}"))
        .isEqualTo(Map.of("input", "0"));
  }

  @Test
  void negativeCountIsNothingAndFlagged() {
    Completion completion =
        chat("openai", "{\"prompt_tokens\":5,\"completion_tokens\":-3,\"total_tokens\":2}");

    assertThat(usage(completion)).isEqualTo(Map.of("input", "5"));
    assertThat(completion.usageInconsistent()).isTrue();
  }

  @Test
  void detailsMayBeNullOrOdd() {
    assertThat(
            chatUsage(
                "openai",
                "{\"prompt_tokens\":5.0,\"completion_tokens\":\"3\",\"total_tokens\":null,"
                    + "\"prompt_tokens_details\":null,\"completion_tokens_details\":[]}"))
        .isEqualTo(Map.of("input", "5", "output", "3"));
  }

  @Test
  void errorBodyIsAFailureWithItsCode() {
    Completion completion =
        read(Answers.adapter("openai", CHAT), 404, Answers.bytes("openai-error.json"));

    assertThat(completion.status()).isEqualTo("failed");
    assertThat(completion.errorCode()).isEqualTo("model_not_found");
    assertThat(completion.usage()).isEmpty();
    assertThat(completion.usageSource()).isEqualTo("none");
  }

  @Test
  void errorWithoutABodyIsAFailureWithItsStatus() {
    Completion completion =
        read(Answers.adapter("anthropic", MESSAGES), 502, "<html>bad</html>".getBytes(UTF_8));

    assertThat(completion.status()).isEqualTo("failed");
    assertThat(completion.errorCode()).isEqualTo("http_502");
  }

  @Test
  void answerThatIsCutIsAFailureAndKeepsItsUsage() {
    byte[] whole = Answers.bytes("anthropic-messages.sse");
    String text = new String(whole, UTF_8);
    byte[] cut = text.substring(0, text.indexOf("event: message_stop")).getBytes(UTF_8);

    Completion completion = read(Answers.adapter("anthropic", MESSAGES), 200, cut);

    assertThat(completion.finished()).isFalse();
    assertThat(completion.status()).isEqualTo("failed");
    assertThat(completion.errorCode()).isEqualTo("answer_cut");
    assertThat(usage(completion)).containsEntry("output", "611");
  }

  @Test
  void answerThatNobodyUnderstandsHasNoUsage() {
    Completion completion =
        read(
            Answers.adapter("openai", CHAT),
            200,
            "{\"object\":\"chat.completion\",\"usage\":{\"tokens\":\"many\"}}".getBytes(UTF_8));

    assertThat(completion.status()).isEqualTo("succeeded");
    assertThat(completion.usage()).isEmpty();
    assertThat(completion.usageSource()).isEqualTo("none");
    assertThat(completion.usageInconsistent()).isFalse();
  }

  @Test
  void embeddingsHaveInputAlone() {
    assertThat(usage(read("openai", "/v1/embeddings", "openai-embeddings.json")))
        .isEqualTo(Map.of("input", "8"));
    assertThat(
            usage(
                read(
                    Answers.adapter("voyage", "/v1/embeddings"),
                    200,
                    "{\"data\":[],\"usage\":{\"total_tokens\":19}}".getBytes(UTF_8))))
        .isEqualTo(Map.of("input", "19"));
  }

  @Test
  void responsesCountSearchesByTheirOutput() {
    Completion completion = read("openai", RESPONSES, "openai-responses.json");

    assertThat(usage(completion))
        .isEqualTo(
            Map.of(
                "input", "1200",
                "input_cache_read", "500",
                "input_cache_write_5m", "300",
                "output", "60",
                "output_reasoning", "640",
                "web_search", "2"));
    assertThat(completion.contextTokens()).isNull();
    assertThat(completion.providerId()).isEqualTo("resp_1");
    assertThat(completion.createdAt()).isEqualTo(Instant.ofEpochSecond(1790000005));
    assertThat(completion.pending()).isFalse();
  }

  @Test
  void responsesStreamTellsItsIdentityFirstAndItsTierLast() {
    byte[] stream = Answers.bytes("openai-responses.sse");
    int firstEvent = new String(stream, UTF_8).indexOf("\n\n") + 2;
    AnswerReader reader = Answers.adapter("openai", RESPONSES).answer(AnswerHead.of(200));
    reader.accept(stream, 0, firstEvent);

    assertThat(reader.providerId()).isEqualTo("resp_2");
    assertThat(reader.createdAt()).isEqualTo(Instant.ofEpochSecond(1790000006));

    reader.accept(stream, firstEvent, stream.length - firstEvent);
    Completion completion = reader.end();
    assertThat(usage(completion)).isEqualTo(Map.of("input", "40", "output", "6"));
    assertThat(completion.serviceTier()).isEqualTo("default");
    assertThat(completion.finished()).isTrue();
  }

  @Test
  void bodyTellsItsIdentityBeforeItsEnd() {
    byte[] body = Answers.bytes("openai-responses.json");
    AnswerReader reader = Answers.adapter("openai", RESPONSES).answer(AnswerHead.of(200));
    reader.accept(body, 0, 100);

    assertThat(reader.providerId()).isEqualTo("resp_1");
    assertThat(reader.createdAt()).isEqualTo(Instant.ofEpochSecond(1790000005));
  }

  @Test
  void backgroundResponseIsPendingUntilItsEnd() {
    ProviderAdapter adapter =
        ProviderAdapters.standard().find("openai", "GET", "/v1/responses/resp_9?x=1").orElseThrow();
    String body = "{\"id\":\"resp_9\",\"created_at\":1790000007,\"status\":\"%s\",\"usage\":null}";

    assertThat(read(adapter, 200, body.formatted("queued").getBytes(UTF_8)).pending()).isTrue();
    assertThat(read(adapter, 200, body.formatted("in_progress").getBytes(UTF_8)).pending())
        .isTrue();
    Completion cancelled = read(adapter, 200, body.formatted("cancelled").getBytes(UTF_8));
    assertThat(cancelled.pending()).isFalse();
    assertThat(cancelled.status()).isEqualTo("cancelled");
    Completion failed = read(adapter, 200, body.formatted("failed").getBytes(UTF_8));
    assertThat(failed.status()).isEqualTo("failed");
    assertThat(failed.errorCode()).isEqualTo("failed");
  }

  @Test
  void streamOfABackgroundResponseThatIsCutIsPending() {
    String event =
        "data: {\"type\":\"response.created\",\"response\":{\"id\":\"r\",\"background\":%s,"
            + "\"status\":\"in_progress\"}}\n\n";
    ProviderAdapter adapter = Answers.adapter("openai", RESPONSES);

    assertThat(read(adapter, 200, event.formatted("true").getBytes(UTF_8)).pending()).isTrue();
    Completion cut = read(adapter, 200, event.formatted("false").getBytes(UTF_8));
    assertThat(cut.pending()).isFalse();
    assertThat(cut.errorCode()).isEqualTo("answer_cut");
  }

  @Test
  void messagesSplitTheirCacheByLifetime() {
    Completion completion = read("anthropic", MESSAGES, "anthropic-messages.json");

    assertThat(usage(completion))
        .isEqualTo(
            Map.of(
                "input", "10",
                "input_cache_read", "2000",
                "input_cache_write_5m", "100",
                "input_cache_write_1h", "200",
                "output", "30",
                "output_reasoning", "20",
                "web_search", "2"));
    assertThat(completion.serviceTier()).isEqualTo("standard");
    assertThat(completion.region()).isEqualTo("us");
    assertThat(completion.contextTokens()).isNull();
  }

  @Test
  void fetchesBillNothingAndHideTheLargestPrompt() {
    Completion completion =
        read(
            Answers.adapter("anthropic", MESSAGES),
            200,
            ("{\"model\":\"c\",\"usage\":{\"input_tokens\":9,\"output_tokens\":2,"
                    + "\"server_tool_use\":{\"web_fetch_requests\":3}}}")
                .getBytes(UTF_8));

    assertThat(usage(completion)).isEqualTo(Map.of("input", "9", "output", "2"));
    assertThat(completion.contextTokens()).isNull();
  }

  @Test
  void messagesStreamRepeatsRunningTotals() {
    Completion completion = read("anthropic", MESSAGES, "anthropic-messages.sse");

    assertThat(usage(completion))
        .isEqualTo(
            Map.of(
                "input",
                "22397",
                "input_cache_write_1h",
                "30",
                "output",
                "611",
                "web_search",
                "1"));
    assertThat(completion.model()).isEqualTo("claude-sonnet-4-5-20250929");
    assertThat(completion.finished()).isTrue();
  }

  @Test
  void compactionAndAdvisorAreBilledBesideTheTopLevel() {
    Completion completion = read("anthropic", MESSAGES, "anthropic-iterations.json");

    assertThat(usage(completion))
        .isEqualTo(
            Map.of(
                "input", "55416",
                "output", "155",
                "input@claude-opus-4-8", "900",
                "output@claude-opus-4-8", "70"));
    assertThat(completion.contextTokens()).isEqualTo(55196);
    assertThat(completion.region()).isNull();
  }

  @Test
  void overloadWithinAStreamIsAFailureWithWhatItUsed() {
    Completion completion = read("anthropic", MESSAGES, "anthropic-overloaded.sse");

    assertThat(completion.status()).isEqualTo("failed");
    assertThat(completion.errorCode()).isEqualTo("overloaded_error");
    assertThat(usage(completion)).isEqualTo(Map.of("input", "12", "output", "1"));
  }

  @Test
  void pathsThatBillNothingHaveNoAdapter() {
    ProviderAdapters adapters = ProviderAdapters.standard();

    assertThat(adapters.find("openai", "GET", "/v1/models")).isEmpty();
    assertThat(adapters.find("openai", "POST", "/v1/files")).isEmpty();
    assertThat(adapters.find("anthropic", "POST", "/v1/messages/count_tokens")).isEmpty();
    assertThat(adapters.find("openai", "DELETE", "/v1/responses/resp_1")).isEmpty();
    assertThat(adapters.find("openai", "GET", "/v1/chat/completions")).isEmpty();
    assertThat(adapters.find("openai", "POST", "/v1/completions").orElseThrow().operation())
        .isEqualTo("completions");
  }

  private static Map<String, String> chatUsage(String provider, String usage) {
    return usage(chat(provider, usage));
  }

  private static Completion chat(String provider, String usage) {
    String body = "{\"model\":\"m\",\"choices\":[],\"usage\":" + usage + "}";
    return read(Answers.adapter(provider, CHAT), 200, body.getBytes(UTF_8));
  }
}
