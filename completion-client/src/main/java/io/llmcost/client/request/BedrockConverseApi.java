package io.llmcost.client.request;

import io.llmcost.client.request.LlmRequest.Message;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Bedrock's Converse. */
final class BedrockConverseApi implements ChatApi {

  @Override
  public ProviderRequest request(LlmRequest request, String model) {
    ObjectNode body = Bodies.object();
    String system = Bodies.system(request);
    if (!system.isEmpty()) {
      body.putArray("system").addObject().put("text", system);
    }
    ArrayNode messages = body.putArray("messages");
    for (Message message : Bodies.spoken(request)) {
      ObjectNode node = messages.addObject();
      node.put("role", LlmRequestJson.name(message.role()));
      node.putArray("content").addObject().put("text", message.content());
    }
    ObjectNode config = body.putObject("inferenceConfig");
    config.put("maxTokens", request.maxTokens());
    if (request.temperature() != null) {
      config.put("temperature", request.temperature());
    }
    String id = URLEncoder.encode(model, StandardCharsets.UTF_8);
    return new ProviderRequest("/model/" + id + "/converse", Map.of(), Bodies.bytes(body));
  }

  @Override
  public Said read(JsonNode answer) {
    return new Said(
        Bodies.texts(answer.path("output").path("message").path("content")),
        Bodies.name(answer.path("stopReason")),
        null);
  }
}
