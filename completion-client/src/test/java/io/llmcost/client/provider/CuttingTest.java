package io.llmcost.client.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** However an answer is cut into pieces, it says the same. */
class CuttingTest {

  @ParameterizedTest
  @CsvSource({
    "openai, /v1/chat/completions, openai-chat.json",
    "openai, /v1/chat/completions, openai-chat.sse",
    "azure, /v1/chat/completions, azure-chat.sse",
    "groq, /v1/chat/completions, groq-chat.sse",
    "groq, /v1/chat/completions, groq-error.sse",
    "openai, /v1/embeddings, openai-embeddings.json",
    "openai, /v1/responses, openai-responses.json",
    "openai, /v1/responses, openai-responses.sse",
    "anthropic, /v1/messages, anthropic-messages.json",
    "anthropic, /v1/messages, anthropic-messages.sse",
    "anthropic, /v1/messages, anthropic-overloaded.sse"
  })
  void everyCuttingGivesTheSameCompletion(String provider, String path, String name) {
    ProviderAdapter adapter = Answers.adapter(provider, path);
    byte[] answer = Answers.bytes(name);
    Completion whole = Answers.read(adapter, 200, answer);

    for (int cut = 1; cut < answer.length; cut++) {
      AnswerReader reader = adapter.answer(AnswerHead.of(200));
      reader.accept(answer, 0, cut);
      reader.accept(answer, cut, answer.length - cut);
      assertThat(reader.end()).as("cut at %d", cut).isEqualTo(whole);
    }
    AnswerReader byBytes = adapter.answer(AnswerHead.of(200));
    for (byte b : answer) {
      byBytes.accept(new byte[] {b});
    }
    assertThat(byBytes.end()).as("byte by byte").isEqualTo(whole);
  }

  @ParameterizedTest
  @CsvSource({"openai-chat.json", "openai-chat.sse", "groq-chat.sse"})
  void directBuffersAreReadAsArraysAre(String name) {
    ProviderAdapter adapter = Answers.adapter("groq", "/v1/chat/completions");
    byte[] answer = Answers.bytes(name);
    AnswerReader reader = adapter.answer(AnswerHead.of(200));
    ByteBuffer direct = ByteBuffer.allocateDirect(answer.length + 3).position(3).put(answer);
    direct.flip().position(3);
    reader.accept(direct);

    assertThat(reader.end()).isEqualTo(Answers.read(adapter, 200, answer));
    assertThat(direct.remaining()).isEqualTo(answer.length);
  }

  @ParameterizedTest
  @CsvSource({"openai-chat.sse", "azure-chat.sse", "groq-chat.sse", "anthropic-messages.sse"})
  void filterTakesTheUsageChunkAloneHoweverCut(String name) {
    byte[] stream = Answers.bytes(name);
    byte[] expected = withoutUsageChunk(name, stream);
    Random random = new Random(20261124);

    for (int round = 0; round < 500; round++) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      SseUsageChunkFilter filter = new SseUsageChunkFilter();
      int most = round == 0 ? 1 : 1 + random.nextInt(stream.length);
      for (int at = 0; at < stream.length; ) {
        int length = Math.min(stream.length - at, 1 + random.nextInt(most));
        filter.accept(stream, at, length, out::write);
        at += length;
      }
      filter.end(out::write);
      assertThat(out.toByteArray()).as("round %d", round).isEqualTo(expected);
    }
  }

  private static byte[] withoutUsageChunk(String name, byte[] stream) {
    String text = new String(stream, java.nio.charset.StandardCharsets.UTF_8);
    int usage = text.indexOf("\"usage\":{\"");
    if (!name.startsWith("openai") && !name.startsWith("azure")) {
      return stream;
    }
    int from = text.lastIndexOf("\n\n", usage) + 2;
    int to = text.indexOf("\n\n", usage) + 2;
    return (text.substring(0, from) + text.substring(to))
        .getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }
}
