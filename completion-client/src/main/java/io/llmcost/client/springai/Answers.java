package io.llmcost.client.springai;

import io.llmcost.client.ObservedCall;
import io.llmcost.client.ObservedCall.Api;
import io.llmcost.client.provider.Completion;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.metadata.Usage;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * An answer of which Spring AI kept the model and the provider's own usage object: put together
 * again as far as that, for the adapters to read; or counted, where it is no object that is known.
 *
 * @param body null where it is counted
 */
record Answers(@Nullable String body, Completion counted) {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  static Answers of(@Nullable String model, @Nullable Usage usage) {
    if (usage == null) {
      return new Answers(null, Completion.counted(model, null, null));
    }
    Completion counted =
        isEmpty(usage)
            ? Completion.counted(model, null, null)
            : Completion.counted(model, usage.getPromptTokens(), usage.getCompletionTokens());
    String own = own(usage.getNativeUsage());
    if (own == null) {
      return new Answers(null, counted);
    }
    ObjectNode body = JSON.createObjectNode();
    if (model != null) {
      body.put("model", model);
    }
    body.set("usage", complete(JSON.readTree(own), usage));
    return new Answers(body.toString(), counted);
  }

  // The event that ends an Anthropic stream need not repeat the input that the first one told.
  private static JsonNode complete(JsonNode own, Usage usage) {
    if (own instanceof ObjectNode object
        && object.has("output_tokens")
        && !object.hasNonNull("input_tokens")) {
      object.put("input_tokens", usage.getPromptTokens());
    }
    return own;
  }

  void record(ObservedCall call, Api api, boolean streamed) {
    if (body == null) {
      call.counted(api, streamed, counted);
    } else {
      call.answered(api, streamed, body.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static boolean isEmpty(Usage usage) {
    return usage.getTotalTokens() == null || usage.getTotalTokens() == 0;
  }

  // By the name of its class, so that neither SDK need be there.
  private static @Nullable String own(@Nullable Object usage) {
    String type = usage == null ? "" : usage.getClass().getName();
    if (usage != null && type.startsWith("com.openai.")) {
      return OpenAiSdk.json(usage);
    }
    return usage != null && type.startsWith("com.anthropic.") ? AnthropicSdk.json(usage) : null;
  }
}
