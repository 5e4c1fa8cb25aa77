package io.llmcost.client.provider;

import static io.llmcost.client.provider.Answers.readEveryWay;
import static io.llmcost.client.provider.Answers.usage;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class GeminiAdaptersTest {
  private static final String GENERATE = "/v1beta/models/gemini-3-pro:generateContent";
  private static final String STREAM = "/v1beta/models/gemini-3-pro:streamGenerateContent";
  private static final String VERTEX =
      "/v1/projects/p/locations/europe-west4/publishers/google/models/gemini-2.5-pro";

  @Test
  void thoughtsAreBesideTheCandidatesAndToolsBesideThePrompt() {
    Completion completion =
        readEveryWay(
            "gemini",
            GENERATE,
            """
            {"candidates":[{"content":{"parts":[{"text":"{\\"usageMetadata\\":1}"}]},
              "finishReason":"STOP"}],
             "modelVersion":"gemini-3-pro-001","responseId":"r-1",
             "usageMetadata":{"promptTokenCount":1000,"cachedContentTokenCount":300,
              "candidatesTokenCount":40,"thoughtsTokenCount":60,"toolUsePromptTokenCount":25,
              "totalTokenCount":1125,"serviceTier":"standard",
              "promptTokensDetails":[{"modality":"TEXT","tokenCount":500},
               {"modality":"AUDIO","tokenCount":200},{"modality":"IMAGE","tokenCount":250},
               {"modality":"VIDEO","tokenCount":50}],
              "cacheTokensDetails":[{"modality":"AUDIO","tokenCount":120},
               {"modality":"TEXT","tokenCount":180}]}}
            """);

    assertThat(usage(completion))
        .isEqualTo(
            Map.of(
                "input", "395",
                "input_cache_read", "180",
                "input_audio_cache_read", "120",
                "input_audio", "80",
                "input_image", "250",
                "output", "40",
                "output_reasoning", "60"));
    assertThat(completion.model()).isEqualTo("gemini-3-pro-001");
    assertThat(completion.providerId()).isEqualTo("r-1");
    assertThat(completion.serviceTier()).isEqualTo("standard");
    assertThat(completion.contextTokens()).isEqualTo(1000);
    assertThat(completion.usageInconsistent()).isFalse();
    assertThat(completion.finished()).isTrue();
  }

  private static final String FIRST =
      """
      {"candidates":[{"content":{"parts":[{"text":"Hel]}lo"}]}}],
       "usageMetadata":{"promptTokenCount":15,"totalTokenCount":15},
       "modelVersion":"gemini-3-flash"}\
      """;
  private static final String LAST =
      """
      {"candidates":[{"content":{"parts":[{"text":"."}]},"finishReason":"STOP"}],
       "usageMetadata":{"promptTokenCount":13,"candidatesTokenCount":8,"totalTokenCount":21},
       "modelVersion":"gemini-3-flash"}\
      """;

  @Test
  void lastUsageOfAStreamCounts() {
    String stream = "data: " + oneLine(FIRST) + "\r\n\r\ndata: " + oneLine(LAST) + "\r\n\r\n";

    Completion completion = readEveryWay("gemini", STREAM, stream);

    assertThat(usage(completion)).isEqualTo(Map.of("input", "13", "output", "8"));
    assertThat(completion.finished()).isTrue();
  }

  @Test
  void streamMayBeOneArrayThatGrows() {
    Completion completion =
        readEveryWay("gemini", STREAM, "[" + FIRST + "\n,\r\n" + LAST + "\n]\n");

    assertThat(usage(completion)).isEqualTo(Map.of("input", "13", "output", "8"));
    assertThat(completion.model()).isEqualTo("gemini-3-flash");
    assertThat(completion.finished()).isTrue();
  }

  @Test
  void streamWithoutAFinishReasonIsCut() {
    Completion completion = readEveryWay("gemini", STREAM, "data: " + oneLine(FIRST) + "\n\n");

    assertThat(completion.errorCode()).isEqualTo("answer_cut");
    assertThat(usage(completion)).isEqualTo(Map.of("input", "15"));
  }

  @Test
  void errorHasGooglesWordForIt() {
    byte[] error =
        "[{\"error\":{\"code\":429,\"message\":\"m\",\"status\":\"RESOURCE_EXHAUSTED\"}}]"
            .getBytes(UTF_8);

    Completion completion =
        readEveryWay(Answers.adapter("gemini", STREAM), AnswerHead.of(429), error);

    assertThat(completion.status()).isEqualTo("failed");
    assertThat(completion.errorCode()).isEqualTo("RESOURCE_EXHAUSTED");
    assertThat(completion.usage()).isEmpty();
  }

  @Test
  void searchesAreBilledEachSinceGemini3AndOncePerPromptBefore() {
    String body =
        """
        {"candidates":[{"finishReason":"STOP","groundingMetadata":
          {"webSearchQueries":["","weather Tokyo","weather Oslo","weather Tokyo"]}}],
         "modelVersion":"%s","usageMetadata":{"promptTokenCount":5,"totalTokenCount":5}}
        """;

    assertThat(usage(readEveryWay("gemini", GENERATE, body.formatted("gemini-3-pro"))))
        .containsEntry("web_search", "2");
    assertThat(usage(readEveryWay("gemini", GENERATE, body.formatted("gemini-2.5-pro"))))
        .containsEntry("web_search", "1");
  }

  @Test
  void blockedPromptUsedNothing() {
    Completion completion =
        readEveryWay(
            "vertex",
            VERTEX + ":streamGenerateContent",
            "data: {\"promptFeedback\":{\"blockReason\":\"SAFETY\"},"
                + "\"usageMetadata\":{\"trafficType\":\"ON_DEMAND\"}}\n\n");

    assertThat(usage(completion)).isEqualTo(Map.of("input", "0"));
    assertThat(completion.usageSource()).isEqualTo("provider");
    assertThat(completion.serviceTier()).isEqualTo("ON_DEMAND");
    assertThat(completion.status()).isEqualTo("succeeded");
  }

  @Test
  void modelIsInThePath() {
    assertThat(requested("gemini", "/v1beta/models/gemini-3-pro%3Ax:generateContent"))
        .isEqualTo("gemini-3-pro:x");
    assertThat(requested("vertex", VERTEX + ":streamGenerateContent")).isEqualTo("gemini-2.5-pro");
    assertThat(requested("gemini", "/v1beta/tunedModels/mine-1:generateContent"))
        .isEqualTo("mine-1");
    assertThat(requested("vertex", "/v1/projects/p/locations/l/endpoints/77:generateContent"))
        .isEqualTo("77");
    assertThat(
            Answers.adapter("vertex", VERTEX + ":streamGenerateContent")
                .read(new byte[0], VERTEX + ":streamGenerateContent")
                .streamed())
        .isTrue();
  }

  private static String requested(String provider, String path) {
    return String.valueOf(
        Answers.adapter(provider, path).read("{}".getBytes(UTF_8), path).modelRequested());
  }

  @Test
  void embeddingsTellTokensWhereTheyDo() {
    String path = "/v1beta/models/gemini-embedding-2:batchEmbedContents";

    assertThat(usage(readEveryWay("gemini", path, "{\"embeddings\":[{\"values\":[1]}]}")))
        .isEmpty();
    assertThat(
            usage(
                readEveryWay(
                    "gemini",
                    path,
                    "{\"embeddings\":[],\"usageMetadata\":{\"promptTokenCount\":9}}")))
        .isEqualTo(Map.of("input", "9"));
  }

  @Test
  void predictionsTellTheTokensOfEachText() {
    String path = "/v1/projects/p/locations/l/publishers/google/models/text-embedding-005:predict";

    assertThat(
            usage(
                readEveryWay(
                    "vertex",
                    path,
                    """
                    {"predictions":[
                      {"embeddings":{"values":[0.1],"statistics":{"token_count":4.0}}},
                      {"embeddings":{"statistics":{"truncated":false,"token_count":7}}}]}
                    """)))
        .isEqualTo(Map.of("input", "11"));
    assertThat(
            usage(
                readEveryWay(
                    "vertex",
                    path,
                    "{\"predictions\":[{\"mimeType\":\"image/png\",\"bytesBase64Encoded\":\"A\"},"
                        + "{\"mimeType\":\"image/png\",\"bytesBase64Encoded\":\"B\"}]}")))
        .isEqualTo(Map.of("image", "2"));
  }

  @Test
  void claudeOnVertexAnswersAsClaudeDoes() {
    String path =
        "/v1/projects/p/locations/l/publishers/anthropic/models/claude-sonnet-4-5:streamRawPredict";
    ProviderAdapter adapter = Answers.adapter("vertex", path);

    assertThat(usage(Answers.read(adapter, 200, Answers.bytes("anthropic-messages.sse"))))
        .containsEntry("output", "611");
    assertThat(adapter.read("{\"stream\":true}".getBytes(UTF_8), path))
        .isEqualTo(new RequestFacts("claude-sonnet-4-5", true, null));
  }

  @Test
  void liveTurnTellsThoughtsBesideItsTotal() {
    Completion completion =
        readEveryWay(
            "gemini",
            "ws serverContent",
            """
            {"serverContent":{"turnComplete":true},"usageMetadata":{"promptTokenCount":700,
             "responseTokenCount":50,"totalTokenCount":750,"thoughtsTokenCount":20,
             "promptTokensDetails":[{"modality":"AUDIO","tokenCount":600},
              {"modality":"TEXT","tokenCount":100}],
             "responseTokensDetails":[{"modality":"AUDIO","tokenCount":50}]}}
            """);

    assertThat(usage(completion))
        .isEqualTo(
            Map.of(
                "input", "100",
                "input_audio", "600",
                "output_reasoning", "20",
                "output_audio", "50"));
  }

  private static String oneLine(String json) {
    return json.replace("\n", "");
  }
}
