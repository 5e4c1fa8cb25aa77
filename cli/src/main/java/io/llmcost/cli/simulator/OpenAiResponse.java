package io.llmcost.cli.simulator;

import io.llmcost.schemas.Meters;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** One answer of OpenAI's responses API, from its request on; it keeps nothing to be fetched. */
final class OpenAiResponse {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final String provider;
  private final Call call;
  private final String requested;
  private final String model;
  private final String id;
  private final String itemId;
  private final long created;
  private final long prompt;
  private final String text;
  private final List<String> events = new ArrayList<>();

  OpenAiResponse(String provider, Call call, long created) {
    this.provider = provider;
    this.call = call;
    this.created = created;
    requested = call.text("model");
    model = OpenAi.SNAPSHOTS.getOrDefault(requested, requested);
    id = call.id("resp_", 48);
    itemId = call.id("msg_", 48);
    prompt = 3 + Words.tokens(call.text("instructions")) + tokens(call.body().path("input"));
    text = call.words().prose(call.body().path("max_output_tokens").asLong(4096));
  }

  // A text, or messages whose contents are texts or parts.
  private static long tokens(JsonNode input) {
    if (input.isString()) {
      return Words.tokens(input);
    }
    long sum = 0;
    for (JsonNode message : input) {
      sum += 4 + Words.tokens(message.path("content"));
    }
    return sum;
  }

  Reply reply(Map<String, String> headers) {
    Answer answer =
        Answer.served(
            provider,
            requested,
            model,
            call.streamed(),
            Map.of(Meters.INPUT, prompt, Meters.OUTPUT, Words.tokens(text)));
    return call.streamed()
        ? Reply.Streamed.sse(headers, events(), answer)
        : new Reply.Whole(200, headers, completed(), answer);
  }

  private List<String> events() {
    add("response.created", JSON.objectNode().set("response", response("in_progress")));
    add("response.in_progress", JSON.objectNode().set("response", response("in_progress")));
    ObjectNode opened = item("in_progress");
    opened.putArray("content");
    add("response.output_item.added", JSON.objectNode().put("output_index", 0).set("item", opened));
    add("response.content_part.added", place().set("part", part("")));
    for (String piece : Words.pieces(text)) {
      ObjectNode delta = place().put("delta", piece);
      delta.putArray("logprobs");
      add("response.output_text.delta", delta);
    }
    ObjectNode done = place().put("text", text);
    done.putArray("logprobs");
    add("response.output_text.done", done);
    add("response.content_part.done", place().set("part", part(text)));
    add("response.output_item.done", JSON.objectNode().put("output_index", 0).set("item", item()));
    add("response.completed", JSON.objectNode().set("response", completed()));
    return events;
  }

  private void add(String type, JsonNode data) {
    ObjectNode event = JSON.objectNode().put("type", type).put("sequence_number", events.size());
    event.setAll((ObjectNode) data);
    events.add("event: " + type + "\ndata: " + event + "\n\n");
  }

  private ObjectNode place() {
    return JSON.objectNode().put("item_id", itemId).put("output_index", 0).put("content_index", 0);
  }

  private static ObjectNode part(String said) {
    ObjectNode part = JSON.objectNode().put("type", "output_text").put("text", said);
    part.putArray("annotations");
    part.putArray("logprobs");
    return part;
  }

  private ObjectNode item(String status) {
    return JSON.objectNode()
        .put("id", itemId)
        .put("type", "message")
        .put("status", status)
        .put("role", "assistant");
  }

  private ObjectNode item() {
    ObjectNode item = item("completed");
    item.putArray("content").add(part(text));
    return item;
  }

  private ObjectNode completed() {
    ObjectNode response = response("completed");
    response.putArray("output").add(item());
    long output = Words.tokens(text);
    ObjectNode usage = response.putObject("usage").put("input_tokens", prompt);
    usage.putObject("input_tokens_details").put("cached_tokens", 0);
    usage.put("output_tokens", output);
    usage.putObject("output_tokens_details").put("reasoning_tokens", 0);
    usage.put("total_tokens", prompt + output);
    return response;
  }

  private ObjectNode response(String status) {
    ObjectNode response =
        JSON.objectNode()
            .put("id", id)
            .put("object", "response")
            .put("created_at", created)
            .put("status", status)
            .put("background", false)
            .putNull("error")
            .putNull("incomplete_details")
            .putNull("instructions")
            .put("model", model)
            .put("parallel_tool_calls", true)
            .putNull("previous_response_id")
            .put("service_tier", "default")
            .put("store", true)
            .put("temperature", 1.0)
            .put("tool_choice", "auto")
            .put("top_p", 1.0)
            .put("truncation", "disabled")
            .putNull("usage");
    response.putArray("output");
    response.putArray("tools");
    response.putObject("metadata");
    return response;
  }
}
