package io.llmcost.client.provider;

import static io.llmcost.client.provider.Answers.readEveryWay;
import static io.llmcost.client.provider.Answers.usage;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Cohere, xAI over gRPC, sessions, images, speech, pages. */
class MoreAdaptersTest {

  @Test
  void cohereBillsOtherTokensThanItProcesses() {
    Completion completion =
        readEveryWay(
            "cohere",
            "/v2/chat",
            """
            {"id":"c-1","finish_reason":"COMPLETE","message":{"role":"assistant"},
             "usage":{"billed_units":{"input_tokens":13,"output_tokens":7},"cached_tokens":500,
              "tokens":{"input_tokens":542,"output_tokens":9}}}
            """);

    assertThat(usage(completion)).isEqualTo(Map.of("input", "13", "output", "7"));
    assertThat(completion.providerId()).isEqualTo("c-1");
    assertThat(completion.finished()).isTrue();
  }

  @Test
  void coheresStreamsTellTheirUsageAtTheirEnd() {
    String second =
        """
        event: message-start
        data: {"type":"message-start","id":"c-2"}

        event: message-end
        data: {"type":"message-end","delta":{"finish_reason":"COMPLETE","usage":{"billed_units":{"input_tokens":3,"output_tokens":4}}}}

        data: [DONE]

        """;
    String first =
        """
        {"is_finished":false,"event_type":"text-generation","text":"a}"}
        {"is_finished":true,"event_type":"stream-end","response":{"meta":{"billed_units":{"input_tokens":3,"output_tokens":4}}}}
        """;

    for (String stream : new String[] {second, first}) {
      Completion completion = readEveryWay("cohere", "/v1/chat", stream);
      assertThat(usage(completion)).isEqualTo(Map.of("input", "3", "output", "4"));
      assertThat(completion.finished()).isTrue();
    }
    Completion cut =
        readEveryWay(
            "cohere", "/v2/chat", second.substring(0, second.indexOf("\nevent: message-e")));
    assertThat(cut.errorCode()).isEqualTo("answer_cut");
  }

  @Test
  void cohereBillsSearchUnitsAndImages() {
    assertThat(
            usage(
                readEveryWay(
                    "cohere", "/v2/rerank", "{\"meta\":{\"billed_units\":{\"search_units\":2}}}")))
        .isEqualTo(Map.of("search_unit", "2"));
    assertThat(
            usage(
                readEveryWay(
                    "cohere",
                    "/v2/embed",
                    "{\"meta\":{\"billed_units\":{\"input_tokens\":5,\"image_tokens\":90}}}")))
        .isEqualTo(Map.of("input", "5", "input_image", "90"));
  }

  @Test
  void xaiOverGrpcCountsReasoningBesideOutputAndItsToolsOneByOne() {
    Completion completion =
        readEveryWay(
            "xai",
            "grpc xai_api.Chat/GetCompletion",
            """
            {"id":"x-1","created":"2026-07-02T00:21:52.405338554Z","model":"grok-4-fast",
             "usage":{"completion_tokens":23,"prompt_tokens":3000,"total_tokens":3260,
              "reasoning_tokens":237,"prompt_text_tokens":2000,"prompt_image_tokens":1000,
              "cached_prompt_text_tokens":1280,"cost_in_usd_ticks":"122180000",
              "server_side_tools_used":["SERVER_SIDE_TOOL_WEB_SEARCH",
               "SERVER_SIDE_TOOL_WEB_SEARCH","SERVER_SIDE_TOOL_CODE_EXECUTION"]}}
            """);

    assertThat(usage(completion))
        .isEqualTo(
            Map.of(
                "input", "720",
                "input_cache_read", "1280",
                "input_image", "1000",
                "output", "23",
                "output_reasoning", "237",
                "web_search", "2",
                "code_execution", "1"));
    assertThat(completion.providerReportedCost())
        .isEqualTo(new ProviderCost(new BigDecimal("0.012218"), "USD"));
    assertThat(completion.createdAt()).isEqualTo(Instant.parse("2026-07-02T00:21:52Z"));
    assertThat(completion.contextTokens()).isNull();
  }

  @Test
  void perplexityCountsReasoningAndCitationsBeside() {
    Completion completion =
        readEveryWay(
            "perplexity",
            "/chat/completions",
            """
            {"model":"sonar-deep-research","choices":[],"usage":{"prompt_tokens":10,
             "completion_tokens":200,"total_tokens":210,"reasoning_tokens":90,
             "citation_tokens":55,"num_search_queries":4,
             "cost":{"input_tokens_cost":0.1,"total_cost":0.42}}}
            """);

    assertThat(usage(completion))
        .isEqualTo(
            Map.of("input", "65", "output", "200", "output_reasoning", "90", "web_search", "4"));
    assertThat(completion.providerReportedCost())
        .isEqualTo(new ProviderCost(new BigDecimal("0.42"), "USD"));
  }

  @Test
  void mistralBillsSecondsOfAudioBesideTokens() {
    assertThat(
            usage(
                readEveryWay(
                    "mistral",
                    "/v1/chat/completions",
                    "{\"choices\":[],\"usage\":{\"prompt_tokens\":40,\"completion_tokens\":2,"
                        + "\"prompt_audio_seconds\":203}}")))
        .isEqualTo(Map.of("input", "40", "output", "2", "audio_second", "203"));
    assertThat(
            usage(
                readEveryWay(
                    "mistral",
                    "/v1/ocr",
                    "{\"model\":\"mistral-ocr\",\"usage_info\":{\"pages_processed\":12}}")))
        .isEqualTo(Map.of("page", "12"));
  }

  @Test
  void mistralIsNotAskedForUsage() {
    byte[] request = "{\"model\":\"m\",\"stream\":true}".getBytes(UTF_8);

    for (String path : new String[] {"/v1/chat/completions", "/v1/fim/completions"}) {
      assertThat(Answers.adapter("mistral", path).read(request, path).askForUsage()).isNull();
      assertThat(Answers.adapter("openai", path).read(request, path).askForUsage()).isNotNull();
    }
  }

  private static final String TURN =
      """
      {"type":"response.done","response":{"id":"resp_t","status":"%s","status_details":null,
       "usage":{"total_tokens":1000,"input_tokens":800,"output_tokens":200,
        "input_token_details":{"text_tokens":300,"audio_tokens":450,"image_tokens":50,
         "cached_tokens":320,
         "cached_tokens_details":{"text_tokens":100,"audio_tokens":200,"image_tokens":20}},
        "output_token_details":{"text_tokens":60,"audio_tokens":140}}}}
      """;

  @Test
  void cachedAudioOfARealtimeTurnIsApartFromCachedText() {
    Completion completion = readEveryWay("openai", "ws response.done", TURN.formatted("completed"));

    assertThat(usage(completion))
        .isEqualTo(
            Map.of(
                "input", "200",
                "input_cache_read", "100",
                "input_audio_cache_read", "200",
                "input_image_cache_read", "20",
                "input_audio", "250",
                "input_image", "30",
                "output", "60",
                "output_audio", "140"));
    assertThat(completion.providerId()).isEqualTo("resp_t");
    assertThat(completion.usageInconsistent()).isFalse();
  }

  @Test
  void turnThatWasBrokenOffIsBilledAllTheSame() {
    Completion completion = readEveryWay("azure", "ws response.done", TURN.formatted("cancelled"));

    assertThat(completion.status()).isEqualTo("cancelled");
    assertThat(usage(completion)).containsEntry("output_audio", "140");
  }

  @Test
  void transcriptionBillsTokensOrSeconds() {
    String path = "/v1/audio/transcriptions";

    assertThat(
            usage(
                readEveryWay(
                    "openai",
                    path,
                    """
                    {"text":"hi","usage":{"type":"tokens","input_tokens":14,"output_tokens":45,
                     "input_token_details":{"text_tokens":4,"audio_tokens":10}}}
                    """)))
        .isEqualTo(Map.of("input", "4", "input_audio", "10", "output", "45"));
    assertThat(
            usage(
                readEveryWay(
                    "openai", path, "{\"usage\":{\"type\":\"duration\",\"seconds\":9.5}}")))
        .isEqualTo(Map.of("audio_second", "9.5"));
    assertThat(usage(readEveryWay("groq", "/openai" + path, "{\"duration\":\"2.25\"}")))
        .isEqualTo(Map.of("audio_second", "2.25"));
    Completion text = readEveryWay("openai", path, "just the words\n");
    assertThat(text.usage()).isEmpty();
    assertThat(text.status()).isEqualTo("succeeded");
  }

  @Test
  void transcribedTurnOfASessionIsAnAnswerOfItsOwn() {
    Completion completion =
        readEveryWay(
            "openai",
            "ws conversation.item.input_audio_transcription.completed",
            """
            {"type":"conversation.item.input_audio_transcription.completed","item_id":"item_1",
             "transcript":"hello","usage":{"type":"tokens","total_tokens":22,"input_tokens":13,
              "input_token_details":{"text_tokens":0,"audio_tokens":13},"output_tokens":9}}
            """);

    assertThat(usage(completion)).isEqualTo(Map.of("input_audio", "13", "output", "9"));
    assertThat(completion.providerId()).isEqualTo("item_1");
  }

  @Test
  void formTellsTheModel() {
    String form =
        """
        --b0undary
        Content-Disposition: form-data; name="file"; filename="a.wav"
        Content-Type: audio/wav

        RIFF

        name="model"

        no
        --b0undary
        Content-Disposition: form-data; name="model"

        whisper-1
        --b0undary
        Content-Disposition: form-data; name="stream"

        true
        --b0undary--
        """
            .replace("\n", "\r\n");
    String path = "/v1/audio/transcriptions";
    ProviderAdapter adapter = Answers.adapter("openai", path);

    assertThat(adapter.read(form.getBytes(UTF_8), path))
        .isEqualTo(new RequestFacts("whisper-1", true, null));
    assertThat(adapter.read("--x\r\n".getBytes(UTF_8), path)).isEqualTo(RequestFacts.NONE);
    assertThat(
            adapter
                .read("?".getBytes(UTF_8), "/openai/deployments/ears/audio/transcriptions")
                .modelRequested())
        .isEqualTo("ears");
  }

  @Test
  void imagesBillTokensOrPieces() {
    String path = "/v1/images/generations";

    assertThat(
            usage(
                readEveryWay(
                    "openai",
                    path,
                    """
                    {"created":1790000000,"data":[{"b64_json":"AAAA"}],
                     "usage":{"total_tokens":4300,"input_tokens":140,"output_tokens":4160,
                      "input_tokens_details":{"text_tokens":40,"image_tokens":100}}}
                    """)))
        .isEqualTo(Map.of("input", "40", "input_image", "100", "output_image", "4160"));
    assertThat(
            usage(
                readEveryWay(
                    "openai",
                    path,
                    "{\"created\":1,\"data\":[{\"url\":\"a\"},{\"url\":\"b\"},{\"url\":\"c\"}]}")))
        .isEqualTo(Map.of("image", "3"));
  }

  @Test
  void imagesOfManyKilobytesCountAsWell() {
    String image = "{\"b64_json\":\"" + "A".repeat(100_000) + "\"}";
    byte[] body = ("{\"data\":[" + image + "," + image + "]}").getBytes(UTF_8);

    assertThat(usage(Answers.read(Answers.adapter("openai", "/v1/images/edits"), 200, body)))
        .isEqualTo(Map.of("image", "2"));
  }

  @Test
  void streamOfAnImageEndsWithItsUsage() {
    String stream =
        """
        data: {"type":"image_generation.partial_image","b64_json":"AA"}

        data: {"type":"image_generation.completed","usage":{"input_tokens":5,"output_tokens":9}}

        """;

    Completion completion = readEveryWay("openai", "/v1/images/generations", stream);

    assertThat(usage(completion)).isEqualTo(Map.of("input", "5", "output_image", "9"));
    assertThat(completion.finished()).isTrue();
  }

  @Test
  void speechTellsItsUsageInAStreamAlone() {
    String path = "/v1/audio/speech";

    assertThat(
            usage(
                readEveryWay(
                    "openai",
                    path,
                    "data: {\"type\":\"speech.audio.done\",\"usage\":{\"input_tokens\":14,"
                        + "\"output_tokens\":101,\"total_tokens\":115}}\n\n")))
        .isEqualTo(Map.of("input", "14", "output_audio", "101"));
    assertThat(
            Answers.read(Answers.adapter("openai", path), 200, new byte[] {-1, -5, 0, 1}).status())
        .isEqualTo("succeeded");
  }

  @Test
  void endIsKnownBeforeTheConnectionTellsIt() {
    assertThat(finishedAt("openai", "/v1/chat/completions", "openai-chat.sse"))
        .isEqualTo("data: [DONE]\n\n");
    assertThat(finishedAt("anthropic", "/v1/messages", "anthropic-messages.sse"))
        .startsWith("event: message_stop");
    assertThat(finishedAt("openai", "/v1/responses", "openai-responses.sse"))
        .contains("response.completed");
  }

  /** Returns the event with which the end was known. */
  private static String finishedAt(String provider, String path, String name) {
    String answer = new String(Answers.bytes(name), UTF_8).stripTrailing() + "\n\n";
    AnswerReader reader = Answers.adapter(provider, path).answer(AnswerHead.of(200));
    byte[] bytes = answer.getBytes(UTF_8);
    int at = 0;
    while (!reader.isFinished()) {
      reader.accept(bytes, at++, 1);
    }
    String sofar = new String(bytes, 0, at, UTF_8);
    return sofar.substring(sofar.lastIndexOf("\n\n", sofar.length() - 3) + 2);
  }
}
