package io.llmcost.client.request;

import io.llmcost.client.request.LlmRequest.Message;
import io.llmcost.client.request.LlmRequest.Role;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Gemini's generateContent. */
final class GeminiGenerateApi implements ChatApi {
  private static final String PARTS = "parts";

  @Override
  public ProviderRequest request(LlmRequest request, String model) {
    ObjectNode body = Bodies.object();
    String system = Bodies.system(request);
    if (!system.isEmpty()) {
      body.putObject("systemInstruction").putArray(PARTS).addObject().put("text", system);
    }
    ArrayNode contents = body.putArray("contents");
    for (Message message : Bodies.spoken(request)) {
      ObjectNode content = contents.addObject();
      content.put("role", message.role() == Role.USER ? "user" : "model");
      content.putArray(PARTS).addObject().put("text", message.content());
    }
    ObjectNode config = body.putObject("generationConfig");
    config.put("maxOutputTokens", request.maxTokens());
    if (request.temperature() != null) {
      config.put("temperature", request.temperature());
    }
    String name = URLEncoder.encode(model, StandardCharsets.UTF_8);
    return new ProviderRequest(
        "/v1beta/models/" + name + ":generateContent", Map.of(), Bodies.bytes(body));
  }

  @Override
  public Said read(JsonNode answer) {
    JsonNode candidate = answer.path("candidates").path(0);
    StringBuilder text = new StringBuilder();
    for (JsonNode part : candidate.path("content").path(PARTS)) {
      if (!part.path("thought").asBoolean(false)) {
        text.append(Bodies.text(part.path("text")));
      }
    }
    String reason = Bodies.name(candidate.path("finishReason"));
    // A prompt that was blocked has no candidate at all.
    return new Said(
        text.toString(),
        reason == null ? Bodies.name(answer.at("/promptFeedback/blockReason")) : reason,
        Bodies.name(answer.path("responseId")));
  }
}
