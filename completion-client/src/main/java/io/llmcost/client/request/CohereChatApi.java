package io.llmcost.client.request;

import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Cohere's chat, version 2. */
final class CohereChatApi implements ChatApi {

  @Override
  public ProviderRequest request(LlmRequest request, String model) {
    ObjectNode body = Bodies.object();
    body.put("model", model);
    Bodies.messages(body.putArray("messages"), request.messages());
    if (request.temperature() != null) {
      body.put("temperature", request.temperature());
    }
    body.put("max_tokens", request.maxTokens());
    return new ProviderRequest("/v2/chat", Map.of(), Bodies.bytes(body));
  }

  @Override
  public Said read(JsonNode answer) {
    return new Said(
        Bodies.texts(answer.path("message").path("content")),
        Bodies.name(answer.path("finish_reason")),
        Bodies.name(answer.path("id")));
  }
}
