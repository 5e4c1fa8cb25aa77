package io.llmcost.client.langchain4j;

import dev.langchain4j.model.ModelProvider;
import dev.langchain4j.model.chat.response.ChatResponseMetadata;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What LangChain4j's name of a provider means here.
 *
 * @param id the provider id
 * @param chatPath of the API that its chat models call
 */
record Providers(String id, String chatPath) {
  private static final String CHAT = "/v1/chat/completions";
  private static final String MESSAGES = "/v1/messages";
  private static final String RESPONSES = "/v1/responses";
  private static final String GEMINI = "/v1beta/models/model:generateContent";

  static Providers of(@Nullable ModelProvider told) {
    // By name: some of them are deprecated, and others come with later versions.
    String name = told == null ? "unknown" : told.name();
    return switch (name) {
      case "OPEN_AI" -> new Providers("openai", CHAT);
      case "AZURE_OPEN_AI", "MICROSOFT_FOUNDRY" -> new Providers("azure", CHAT);
      case "ANTHROPIC" -> new Providers("anthropic", MESSAGES);
      case "GOOGLE_AI_GEMINI", "GOOGLE_GENAI" -> new Providers("gemini", GEMINI);
      case "GOOGLE_VERTEX_AI_GEMINI" -> new Providers("vertex", GEMINI);
      case "GOOGLE_VERTEX_AI_ANTHROPIC" -> new Providers("vertex", MESSAGES);
      case "AMAZON_BEDROCK" -> new Providers("bedrock", "/model/model/converse");
      case "MISTRAL_AI" -> new Providers("mistral", CHAT);
      default -> new Providers(name.toLowerCase(Locale.ROOT), CHAT);
    };
  }

  /** Returns the path that was called; OpenAI's classes speak two APIs, told by the metadata. */
  String path(@Nullable ChatResponseMetadata metadata) {
    boolean responses =
        chatPath.equals(CHAT)
            && metadata != null
            && metadata.getClass().getSimpleName().contains("Responses");
    return responses ? RESPONSES : chatPath;
  }
}
