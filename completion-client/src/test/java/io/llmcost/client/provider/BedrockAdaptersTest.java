package io.llmcost.client.provider;

import static io.llmcost.client.provider.Answers.readEveryWay;
import static io.llmcost.client.provider.Answers.usage;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Map;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

class BedrockAdaptersTest {
  private static final String CONVERSE = "/model/eu.anthropic.claude-x-v1%3A0/converse";
  private static final String STREAM = CONVERSE + "-stream";
  private static final String INVOKE = "/model/anthropic.claude-x/invoke";
  private static final String INVOKE_STREAM = INVOKE + "-with-response-stream";
  private static final String EMBED = "/model/amazon.titan-embed-text-v2:0/invoke";
  private static final String CACHED =
      """
      {"inputTokens":3,"outputTokens":288,"totalTokens":2365,
       "cacheReadInputTokens":1000,"cacheReadInputTokenCount":1000,
       "cacheWriteInputTokens":1074,"cacheWriteInputTokenCount":1074,
       "cacheDetails":[{"ttl":"5m","inputTokens":74},{"ttl":"1h","inputTokens":1000}]}\
      """;

  @Test
  void inputExcludesTheCacheAndTwinsCountOnce() {
    Completion completion =
        readEveryWay(
            "bedrock",
            CONVERSE,
            "{\"stopReason\":\"end_turn\",\"serviceTier\":{\"type\":\"flex\"},\"usage\":"
                + CACHED
                + "}");

    assertThat(usage(completion)).isEqualTo(cached());
    assertThat(completion.contextTokens()).isEqualTo(2077);
    assertThat(completion.serviceTier()).isEqualTo("flex");
    assertThat(completion.finished()).isTrue();
  }

  private static Map<String, String> cached() {
    return Map.of(
        "input", "3",
        "input_cache_read", "1000",
        "input_cache_write_5m", "74",
        "input_cache_write_1h", "1000",
        "output", "288");
  }

  @Test
  void binaryStreamTellsItsUsageInTheLastMessage() {
    byte[] head =
        stream(
            message("messageStart", "{\"role\":\"assistant\"}"),
            message("contentBlockDelta", "{\"delta\":{\"text\":\"usage\\\":{\"},\"p\":\"abc\"}"),
            message("messageStop", "{\"stopReason\":\"end_turn\"}"));
    byte[] whole = stream(head, message("metadata", "{\"metrics\":{},\"usage\":" + CACHED + "}"));

    Completion completion =
        readEveryWay(Answers.adapter("bedrock", STREAM), AnswerHead.of(200), whole);

    assertThat(usage(completion)).isEqualTo(cached());
    assertThat(completion.finished()).isTrue();
    AnswerReader reader = Answers.adapter("bedrock", STREAM).answer(AnswerHead.of(200));
    reader.accept(head);
    assertThat(reader.isFinished()).isFalse();
    reader.accept(whole, head.length, whole.length - head.length);
    assertThat(reader.isFinished()).isTrue();
  }

  @Test
  void failureWithinABinaryStreamHasItsType() {
    byte[] stream =
        stream(
            message("messageStart", "{\"role\":\"assistant\"}"),
            message(
                Map.of(":message-type", "exception", ":exception-type", "throttlingException"),
                "{\"message\":\"too fast\"}"));

    Completion completion =
        readEveryWay(Answers.adapter("bedrock", STREAM), AnswerHead.of(200), stream);

    assertThat(completion.status()).isEqualTo("failed");
    assertThat(completion.errorCode()).isEqualTo("throttlingException");
    assertThat(completion.usage()).isEmpty();
  }

  @Test
  void bytesThatAreNoStreamAreCutAndHarmNothing() {
    byte[] noise = new byte[4_000];
    new java.util.Random(7).nextBytes(noise);
    noise[0] = 0;

    Completion completion =
        readEveryWay(Answers.adapter("bedrock", STREAM), AnswerHead.of(200), noise);

    assertThat(completion.errorCode()).isEqualTo("answer_cut");
    assertThat(completion.usage()).isEmpty();
  }

  @Test
  void errorHasTheTypeThatItsHeadTells() {
    AnswerHead head =
        new AnswerHead(
            400,
            Map.of(
                    "x-amzn-errortype", "ValidationException:http://internal/",
                    "x-amzn-requestid", "req-1")
                ::get);

    Completion completion =
        readEveryWay(
            Answers.adapter("bedrock", CONVERSE), head, "{\"message\":\"no\"}".getBytes(UTF_8));

    assertThat(completion.errorCode()).isEqualTo("ValidationException");
    assertThat(completion.providerId()).isEqualTo("req-1");
    assertThat(completion.usage()).isEmpty();
  }

  @Test
  void invokedModelsAreReadInTheirOwnForm() {
    Completion completion =
        readEveryWay(
            Answers.adapter("bedrock", INVOKE),
            counts(68, 508),
            """
            {"model":"claude-opus-x","type":"message","usage":{"input_tokens":68,
             "output_tokens":508,"cache_creation_input_tokens":20,
             "cache_creation":{"ephemeral_1h_input_tokens":20,"ephemeral_5m_input_tokens":0},
             "output_tokens_details":{"thinking_tokens":8},"service_tier":"priority"}}
            """
                .getBytes(UTF_8));

    assertThat(usage(completion))
        .isEqualTo(
            Map.of(
                "input", "68",
                "input_cache_write_1h", "20",
                "output", "500",
                "output_reasoning", "8"));
    assertThat(completion.model()).isEqualTo("claude-opus-x");
    assertThat(completion.serviceTier()).isEqualTo("priority");
  }

  @Test
  void headCountsWhereTheBodyDoesNot() {
    Completion completion =
        readEveryWay(
            Answers.adapter("bedrock", EMBED),
            counts(4, null),
            "{\"embeddings\":{\"float\":[[0.1]]}}".getBytes(UTF_8));

    assertThat(usage(completion)).isEqualTo(Map.of("input", "4"));
    assertThat(Answers.adapter("bedrock", EMBED).operation()).isEqualTo("embeddings");
  }

  @Test
  void olderModelsCountUnderTheirOwnNames() {
    assertThat(
            usage(
                readEveryWay(
                    "bedrock",
                    INVOKE,
                    "{\"inputTextTokenCount\":7,\"results\":[{\"tokenCount\":3},"
                        + "{\"tokenCount\":2}]}")))
        .isEqualTo(Map.of("input", "7", "output", "5"));
    assertThat(
            usage(
                readEveryWay(
                    "bedrock",
                    INVOKE,
                    "{\"generation\":\"x\",\"prompt_token_count\":8,"
                        + "\"generation_token_count\":4}")))
        .isEqualTo(Map.of("input", "8", "output", "4"));
  }

  @Test
  void streamOfAnInvokedModelIsUnwrapped() {
    byte[] stream =
        stream(
            wrapped(
                "{\"type\":\"message_start\",\"message\":{\"model\":\"claude-x\","
                    + "\"usage\":{\"input_tokens\":12,\"cache_read_input_tokens\":5,"
                    + "\"output_tokens\":1}}}"),
            wrapped("{\"type\":\"message_delta\",\"usage\":{\"output_tokens\":33}}"),
            wrapped(
                "{\"type\":\"message_stop\",\"amazon-bedrock-invocationMetrics\":"
                    + "{\"inputTokenCount\":12,\"outputTokenCount\":33}}"));

    Completion completion =
        readEveryWay(Answers.adapter("bedrock", INVOKE_STREAM), AnswerHead.of(200), stream);

    assertThat(usage(completion))
        .isEqualTo(Map.of("input", "12", "input_cache_read", "5", "output", "33"));
    assertThat(completion.model()).isEqualTo("claude-x");
    assertThat(completion.finished()).isTrue();
  }

  @Test
  void metricsCountWhereTheModelDoesNot() {
    byte[] stream =
        stream(
            wrapped("{\"generation\":\"x\"}"),
            wrapped(
                "{\"generation\":\"\",\"amazon-bedrock-invocationMetrics\":"
                    + "{\"inputTokenCount\":21,\"outputTokenCount\":6}}"));

    assertThat(
            usage(
                readEveryWay(
                    Answers.adapter("bedrock", INVOKE_STREAM), AnswerHead.of(200), stream)))
        .isEqualTo(Map.of("input", "21", "output", "6"));
  }

  @Test
  void modelIsInThePath() {
    String arn =
        "arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Aapplication-inference-profile%2Fab1";

    assertThat(requested(CONVERSE)).isEqualTo("eu.anthropic.claude-x-v1:0");
    assertThat(requested("/model/" + arn + "/converse-stream"))
        .isEqualTo("arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/ab1");
    assertThat(requested("/model/amazon.nova-micro-v1:0/invoke"))
        .isEqualTo("amazon.nova-micro-v1:0");
  }

  private static String requested(String path) {
    return String.valueOf(
        Answers.adapter("bedrock", path).read(new byte[0], path).modelRequested());
  }

  private static AnswerHead counts(int input, @org.jspecify.annotations.Nullable Integer output) {
    return new AnswerHead(
        200,
        name ->
            switch (name) {
              case "x-amzn-bedrock-input-token-count" -> Integer.toString(input);
              case "x-amzn-bedrock-output-token-count" -> output == null ? null : output.toString();
              default -> null;
            });
  }

  private static byte[] wrapped(String event) {
    String bytes = Base64.getEncoder().encodeToString(event.getBytes(UTF_8));
    return message("chunk", "{\"bytes\":\"" + bytes + "\",\"p\":\"abcdef\"}");
  }

  private static byte[] message(String eventType, String payload) {
    return message(
        Map.of(
            ":event-type", eventType,
            ":content-type", "application/json",
            ":message-type", "event"),
        payload);
  }

  private static byte[] message(Map<String, String> headers, String payload) {
    ByteBuffer head = ByteBuffer.allocate(1_000);
    headers.forEach(
        (name, value) -> {
          head.put((byte) name.length()).put(name.getBytes(UTF_8));
          head.put((byte) 7).putShort((short) value.length()).put(value.getBytes(UTF_8));
        });
    // A header of a kind that is not looked at: a time, eight bytes.
    head.put((byte) 5).put(":date".getBytes(UTF_8)).put((byte) 8).putLong(1_790_000_000_000L);
    byte[] body = payload.getBytes(UTF_8);
    int total = 12 + head.position() + body.length + 4;
    ByteBuffer message = ByteBuffer.allocate(total).putInt(total).putInt(head.position());
    message.putInt(crc(message.array(), 8));
    message.put(head.array(), 0, head.position()).put(body);
    message.putInt(crc(message.array(), total - 4));
    return message.array();
  }

  private static int crc(byte[] bytes, int length) {
    CRC32 crc = new CRC32();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }

  private static byte[] stream(byte[]... messages) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] message : messages) {
      out.writeBytes(message);
    }
    return out.toByteArray();
  }
}
