package io.llmcost.client.request;

import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Anthropic's messages. */
final class AnthropicMessagesApi implements ChatApi {
  private static final Map<String, String> VERSION = Map.of("anthropic-version", "2023-06-01");

  @Override
  public ProviderRequest request(LlmRequest request, String model) {
    ObjectNode body = Bodies.object();
    body.put("model", model);
    body.put("max_tokens", request.maxTokens());
    String system = Bodies.system(request);
    if (!system.isEmpty()) {
      body.put("system", system);
    }
    Bodies.messages(body.putArray("messages"), Bodies.spoken(request));
    if (request.temperature() != null) {
      body.put("temperature", request.temperature());
    }
    return new ProviderRequest("/v1/messages", VERSION, Bodies.bytes(body));
  }

  @Override
  public Said read(JsonNode answer) {
    return new Said(
        Bodies.texts(answer.path("content")),
        Bodies.name(answer.path("stop_reason")),
        Bodies.name(answer.path("id")));
  }
}
