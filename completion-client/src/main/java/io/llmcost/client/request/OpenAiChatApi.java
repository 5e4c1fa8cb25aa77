package io.llmcost.client.request;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** OpenAI's chat completions, which most providers and servers speak. */
final class OpenAiChatApi implements ChatApi {
  /** They answer 400 to a temperature other than their own. */
  private static final Pattern WITHOUT_TEMPERATURE =
      Pattern.compile("(o\\d|gpt-[5-9](?!.*chat)).*");

  private final String path;
  private final String maxTokens;

  private OpenAiChatApi(String path, String maxTokens) {
    this.path = path;
    this.maxTokens = maxTokens;
  }

  /** OpenAI's and Azure's own, whose reasoning models refuse {@code max_tokens}. */
  static OpenAiChatApi own(String path) {
    return new OpenAiChatApi(path, "max_completion_tokens");
  }

  static OpenAiChatApi compatible(String path) {
    return new OpenAiChatApi(path, "max_tokens");
  }

  @Override
  public ProviderRequest request(LlmRequest request, String model) {
    ObjectNode body = Bodies.object();
    body.put("model", model);
    Bodies.messages(body.putArray("messages"), request.messages());
    BigDecimal temperature = request.temperature();
    if (temperature != null && !(isDefault(temperature) && takesNone(model))) {
      body.put("temperature", temperature);
    }
    body.put(maxTokens, request.maxTokens());
    return new ProviderRequest(path, Map.of(), Bodies.bytes(body));
  }

  private static boolean isDefault(BigDecimal temperature) {
    return temperature.compareTo(LlmRequest.DEFAULT_TEMPERATURE) == 0;
  }

  private static boolean takesNone(String model) {
    return WITHOUT_TEMPERATURE.matcher(model.toLowerCase(Locale.ROOT)).matches();
  }

  @Override
  public Said read(JsonNode answer) {
    JsonNode choice = answer.path("choices").path(0);
    JsonNode content = choice.path("message").path("content");
    // Mistral's reasoning models answer in parts.
    String text = content.isArray() ? Bodies.texts(content) : Bodies.text(content);
    return new Said(
        text, Bodies.name(choice.path("finish_reason")), Bodies.name(answer.path("id")));
  }
}
