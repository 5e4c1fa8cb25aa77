package io.llmcost.cli.simulator;

import io.llmcost.schemas.Meters;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Google's {@code generateContent} and its stream, with thoughts counted for newer models. */
final class Gemini {
  private static final String PROVIDER = "gemini";
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  Reply generate(Call call) {
    Reply refusal = refusal(call);
    if (refusal != null) {
      return refusal;
    }
    Words words = call.words();
    String model = call.text("model");
    long limit = call.body().path("generationConfig").path("maxOutputTokens").asLong(4096);
    long thoughts = model.startsWith("gemini-2.5") ? words.between(10, 90) : 0;
    String text = words.prose(limit);
    long prompt = prompt(call.body());
    Answer answer =
        Answer.served(
            PROVIDER,
            model,
            model,
            call.streamed(),
            Map.of(
                Meters.INPUT,
                prompt,
                Meters.OUTPUT,
                Words.tokens(text),
                Meters.OUTPUT_REASONING,
                thoughts));
    String id = call.id("", 22);
    if (!call.streamed()) {
      return new Reply.Whole(
          200, Map.of(), chunk(id, model, text, usage(prompt, text, thoughts), true), answer);
    }
    List<String> events = new ArrayList<>();
    List<String> pieces = Words.pieces(text);
    StringBuilder soFar = new StringBuilder();
    for (int i = 0; i < pieces.size(); i++) {
      soFar.append(pieces.get(i));
      ObjectNode usage = usage(prompt, soFar.toString(), thoughts);
      boolean last = i == pieces.size() - 1;
      events.add("data: " + chunk(id, model, pieces.get(i), usage, last) + "\r\n\r\n");
    }
    return Reply.Streamed.sse(Map.of(), events, answer);
  }

  private static long prompt(JsonNode body) {
    long sum = 0;
    for (JsonNode content : body.path("contents")) {
      sum += Words.tokens(content.path("parts"));
    }
    return 1 + sum + Words.tokens(body.path("systemInstruction").path("parts"));
  }

  private static ObjectNode chunk(
      String id, String model, String text, ObjectNode usage, boolean last) {
    ObjectNode body = JSON.objectNode();
    ObjectNode candidate = body.putArray("candidates").addObject();
    ObjectNode content = candidate.putObject("content").put("role", "model");
    content.putArray("parts").addObject().put("text", text);
    if (last) {
      candidate.put("finishReason", "STOP");
    }
    candidate.put("index", 0);
    body.set("usageMetadata", usage);
    return body.put("modelVersion", model).put("responseId", id);
  }

  private static ObjectNode usage(long prompt, String text, long thoughts) {
    long answered = Words.tokens(text);
    ObjectNode usage = JSON.objectNode().put("promptTokenCount", prompt);
    usage.put("candidatesTokenCount", answered);
    usage.put("totalTokenCount", prompt + answered + thoughts);
    ObjectNode detail = usage.putArray("promptTokensDetails").addObject();
    detail.put("modality", "TEXT").put("tokenCount", prompt);
    if (thoughts > 0) {
      usage.put("thoughtsTokenCount", thoughts);
    }
    return usage;
  }

  private static @Nullable Reply refusal(Call call) {
    String key = call.header().apply("x-goog-api-key");
    if (key == null || key.contains(ProviderSimulator.INVALID_KEY)) {
      return error(
          call, 400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.");
    }
    if (call.body().path("contents").isMissingNode()) {
      return error(call, 400, "INVALID_ARGUMENT", "* GenerateContentRequest.contents: is missing");
    }
    int wanted = call.wantedStatus();
    return switch (wanted) {
      case 0 -> null;
      case 429 -> error(call, 429, "RESOURCE_EXHAUSTED", "You exceeded your current quota.");
      default -> error(call, wanted, "UNAVAILABLE", "The model is overloaded.");
    };
  }

  Reply unknownPath(Call call) {
    return error(call, 404, "NOT_FOUND", "The requested URL was not found on this server.");
  }

  static Reply error(Call call, int status, String code, String message) {
    ObjectNode body = JSON.objectNode();
    body.putObject("error").put("code", status).put("message", message).put("status", code);
    return new Reply.Whole(
        status, Map.of(), body, Answer.refused(PROVIDER, call.text("model"), status));
  }
}
