package io.llmcost.cli.simulator;

import io.llmcost.schemas.Meters;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Version 2 of Cohere's chat, which bills less than it reads: its own preamble is free. */
final class Cohere {
  private static final String PROVIDER = "cohere";
  private static final long PREAMBLE = 480;
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  Reply chat(Call call) {
    Reply refusal = refusal(call);
    if (refusal != null) {
      return refusal;
    }
    long prompt = 0;
    for (JsonNode message : call.body().path("messages")) {
      prompt += Words.tokens(message.path("content"));
    }
    String text = call.words().prose(call.body().path("max_tokens").asLong(4096));
    String id = call.id("", 36);
    String model = call.text("model");
    // The answer names no model: what was asked for is all that is known.
    Answer answer =
        Answer.served(
            PROVIDER,
            model,
            model,
            call.streamed(),
            Map.of(Meters.INPUT, prompt, Meters.OUTPUT, Words.tokens(text)));
    ObjectNode usage = usage(prompt, Words.tokens(text));
    if (call.streamed()) {
      return Reply.Streamed.sse(Map.of(), events(id, text, usage), answer);
    }
    ObjectNode body = JSON.objectNode().put("id", id).put("finish_reason", "COMPLETE");
    ObjectNode message = body.putObject("message").put("role", "assistant");
    message.putArray("content").addObject().put("type", "text").put("text", text);
    body.set("usage", usage);
    return new Reply.Whole(200, Map.of(), body, answer);
  }

  private static List<String> events(String id, String text, ObjectNode usage) {
    List<String> events = new ArrayList<>();
    ObjectNode start = JSON.objectNode().put("id", id).put("type", "message-start");
    ObjectNode message = start.putObject("delta").putObject("message").put("role", "assistant");
    message.putArray("content");
    events.add(event(start));
    events.add(
        event(content("content-start", JSON.objectNode().put("type", "text").put("text", ""))));
    for (String piece : Words.pieces(text)) {
      events.add(event(content("content-delta", JSON.objectNode().put("text", piece))));
    }
    events.add(event(JSON.objectNode().put("type", "content-end").put("index", 0)));
    ObjectNode end = JSON.objectNode().put("id", id).put("type", "message-end");
    end.putObject("delta").put("finish_reason", "COMPLETE").set("usage", usage);
    events.add(event(end));
    return events;
  }

  private static ObjectNode content(String type, ObjectNode part) {
    ObjectNode event = JSON.objectNode().put("type", type).put("index", 0);
    event.putObject("delta").putObject("message").set("content", part);
    return event;
  }

  private static String event(ObjectNode data) {
    return "event: " + data.path("type").asString() + "\ndata: " + data + "\n\n";
  }

  private static ObjectNode usage(long input, long output) {
    ObjectNode usage = JSON.objectNode();
    usage.putObject("billed_units").put("input_tokens", input).put("output_tokens", output);
    usage
        .putObject("tokens")
        .put("input_tokens", input + PREAMBLE)
        .put("output_tokens", output + 3);
    return usage;
  }

  private static @Nullable Reply refusal(Call call) {
    String authorization = call.header().apply("authorization");
    if (authorization == null || authorization.contains(ProviderSimulator.INVALID_KEY)) {
      return error(call, 401, "invalid api token");
    }
    for (String required : List.of("model", "messages")) {
      if (call.body().path(required).isMissingNode()) {
        return error(call, 400, "invalid request: " + required + " is required");
      }
    }
    int wanted = call.wantedStatus();
    return wanted == 0 ? null : error(call, wanted, wanted == 429 ? "trial limit" : "no luck");
  }

  Reply unknownPath(Call call) {
    return error(call, 404, "no such path");
  }

  static Reply error(Call call, int status, String message) {
    return new Reply.Whole(
        status,
        Map.of(),
        JSON.objectNode().put("id", call.id("", 36)).put("message", message),
        Answer.refused(PROVIDER, call.text("model"), status));
  }
}
