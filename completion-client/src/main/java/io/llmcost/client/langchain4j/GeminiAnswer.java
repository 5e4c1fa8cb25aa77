package io.llmcost.client.langchain4j;

import dev.langchain4j.model.chat.response.ChatResponseMetadata;
import dev.langchain4j.model.googleai.GoogleAiGeminiTokenUsage;
import dev.langchain4j.model.output.TokenUsage;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Gemini's counts, which its metadata keep without the answer, in the form of the answer. */
final class GeminiAnswer {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String USAGE =
      "dev.langchain4j.model.googleai.GoogleAiGeminiTokenUsage"; // a module that need not be there

  private GeminiAnswer() {}

  /** Returns an answer that says the same; null where the metadata are not Gemini's. */
  static @Nullable RawAnswer of(ChatResponseMetadata metadata) {
    TokenUsage usage = metadata.tokenUsage();
    return usage != null && usage.getClass().getName().equals(USAGE)
        ? Counts.answer(metadata.modelName(), usage)
        : null;
  }

  private static final class Counts {
    static @Nullable RawAnswer answer(@Nullable String model, TokenUsage told) {
      if (!(told instanceof GoogleAiGeminiTokenUsage usage)) {
        return null;
      }
      ObjectNode answer = JSON.createObjectNode().put("modelVersion", model);
      answer
          .putObject("usageMetadata")
          .put("promptTokenCount", usage.inputTokenCount())
          .put("candidatesTokenCount", usage.outputTokenCount())
          .put("totalTokenCount", usage.totalTokenCount())
          .put("cachedContentTokenCount", usage.cachedContentTokenCount())
          .put("thoughtsTokenCount", usage.thoughtsTokenCount());
      return new RawAnswer(answer.toString(), false);
    }
  }
}
