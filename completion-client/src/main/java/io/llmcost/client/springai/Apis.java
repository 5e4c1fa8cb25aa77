package io.llmcost.client.springai;

import org.jspecify.annotations.Nullable;

/**
 * What Spring AI's name of a provider means here.
 *
 * @param provider the provider id
 * @param chatPath of the API that its chat models call
 */
record Apis(String provider, String chatPath) {
  private static final String CHAT = "/v1/chat/completions";
  private static final String GEMINI = "/v1beta/models/model:generateContent";

  static Apis of(@Nullable String told) {
    return switch (told) {
      case null -> new Apis("unknown", CHAT);
      case "anthropic" -> new Apis("anthropic", "/v1/messages");
      case "google_genai_ai", "google_genai" -> new Apis("gemini", GEMINI);
      case "vertex_ai" -> new Apis("vertex", GEMINI);
      case "bedrock_converse" -> new Apis("bedrock", "/model/model/converse");
      case "azure-openai", "azure_openai" -> new Apis("azure", CHAT);
      case "mistral_ai" -> new Apis("mistral", CHAT);
      default -> new Apis(told, CHAT);
    };
  }
}
