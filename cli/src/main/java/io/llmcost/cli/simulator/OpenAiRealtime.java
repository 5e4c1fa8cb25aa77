package io.llmcost.cli.simulator;

import io.llmcost.schemas.Meters;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A session of OpenAI's realtime API, in text: each {@code response.create} is answered. */
final class OpenAiRealtime {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final WebSocketServer socket;
  private final AtomicLong calls;
  private final Consumer<Answer> listener;
  private final ObjectNode session = JSON.objectNode();
  private final String model;
  private final StringBuilder conversation = new StringBuilder();
  private int events;

  OpenAiRealtime(
      WebSocketServer socket, String model, AtomicLong calls, Consumer<Answer> listener) {
    this.socket = socket;
    this.model = model;
    this.calls = calls;
    this.listener = listener;
    session
        .put("type", "realtime")
        .put("object", "realtime.session")
        .put("id", "sess_" + new Words(model + calls.incrementAndGet()).letters(21))
        .put("model", model);
    session.putArray("output_modalities").add("text");
  }

  /** Serves the session until its caller closes it. */
  void run() throws IOException {
    send("session.created", JSON.objectNode().set("session", session));
    for (String said = socket.receive(); said != null; said = socket.receive()) {
      JsonNode event = MAPPER.readTree(said);
      switch (event.path("type").asString("")) {
        case "session.update" -> {
          session.setAll((ObjectNode) event.path("session"));
          session.put("model", model);
          send("session.updated", JSON.objectNode().set("session", session));
        }
        case "conversation.item.create" -> {
          event
              .path("item")
              .path("content")
              .forEach(part -> conversation.append(part.path("text").asString("")));
          ObjectNode item = ((ObjectNode) event.path("item")).deepCopy();
          item.put("id", id("item_")).put("status", "completed");
          send("conversation.item.added", JSON.objectNode().set("item", item));
          send("conversation.item.done", JSON.objectNode().set("item", item));
        }
        case "response.create" -> answer();
        default -> {
          ObjectNode error = JSON.objectNode();
          error
              .putObject("error")
              .put("type", "invalid_request_error")
              .put("code", "invalid_value")
              .put("message", "Unknown event");
          send("error", error);
        }
      }
    }
  }

  private void answer() throws IOException {
    String responseId = id("resp_");
    String itemId = id("item_");
    long prompt = 3 + Words.tokens(conversation.toString());
    String text = new Words(model + conversation).prose(200);
    long output = Words.tokens(text);
    ObjectNode response = response(responseId, "in_progress");
    response.putArray("output");
    send("response.created", JSON.objectNode().set("response", response.putNull("usage")));
    for (String piece : Words.pieces(text)) {
      send("response.output_text.delta", place(responseId, itemId).put("delta", piece));
    }
    send("response.output_text.done", place(responseId, itemId).put("text", text));
    listener.accept(
        Answer.served(
            "openai", model, model, true, Map.of(Meters.INPUT, prompt, Meters.OUTPUT, output)));
    send("response.done", JSON.objectNode().set("response", done(responseId, text, prompt)));
    conversation.append(text);
  }

  private ObjectNode done(String responseId, String text, long prompt) {
    long output = Words.tokens(text);
    ObjectNode response = response(responseId, "completed");
    ObjectNode item = response.putArray("output").addObject();
    item.put("type", "message").put("status", "completed").put("role", "assistant");
    item.putArray("content").addObject().put("type", "output_text").put("text", text);
    ObjectNode usage =
        response
            .putObject("usage")
            .put("total_tokens", prompt + output)
            .put("input_tokens", prompt)
            .put("output_tokens", output);
    usage
        .putObject("input_token_details")
        .put("text_tokens", prompt)
        .put("audio_tokens", 0)
        .put("image_tokens", 0)
        .put("cached_tokens", 0);
    usage.putObject("output_token_details").put("text_tokens", output).put("audio_tokens", 0);
    return response;
  }

  private static ObjectNode response(String id, String status) {
    return JSON.objectNode()
        .put("object", "realtime.response")
        .put("id", id)
        .put("status", status)
        .putNull("status_details");
  }

  private static ObjectNode place(String responseId, String itemId) {
    return JSON.objectNode()
        .put("response_id", responseId)
        .put("item_id", itemId)
        .put("output_index", 0)
        .put("content_index", 0);
  }

  private String id(String prefix) {
    return prefix + new Words(prefix + calls.incrementAndGet()).letters(21);
  }

  private void send(String type, JsonNode data) throws IOException {
    ObjectNode event = JSON.objectNode().put("type", type).put("event_id", "event_" + ++events);
    event.setAll((ObjectNode) data);
    socket.send(event.toString());
  }
}
