package io.llmcost.cli.simulator;

import io.llmcost.schemas.Meters;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Anthropic's messages in the shapes of its API: cache breakpoints, thinking, streams, errors. */
final class Anthropic {
  static final String PROVIDER = "anthropic";

  /** Undated names and the snapshots that answer for them. */
  static final Map<String, String> SNAPSHOTS =
      Map.of(
          "claude-sonnet-4-5", "claude-sonnet-4-5-20250929",
          "claude-haiku-4-5", "claude-haiku-4-5-20251001",
          "claude-opus-4-5", "claude-opus-4-5-20251101",
          "claude-opus-4-1", "claude-opus-4-1-20250805");

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final int CACHE_MINIMUM = 1024;
  private static final String PING = "event: ping\ndata: {\"type\": \"ping\"}\n\n";

  Reply messages(Call call) {
    Reply refusal = refusal(call);
    return refusal != null ? refusal : new Message(call).reply();
  }

  Reply unknownPath(Call call) {
    return error(call, 404, "not_found_error", "Not found");
  }

  Reply unreadable(Call call) {
    return error(call, 400, "invalid_request_error", "The request body is not valid JSON");
  }

  private static @Nullable Reply refusal(Call call) {
    String key = call.header().apply("x-api-key");
    String bearer = call.header().apply("authorization");
    if (key == null && bearer == null) {
      return error(call, 401, "authentication_error", "x-api-key header is required");
    }
    if ((key + " " + bearer).contains(ProviderSimulator.INVALID_KEY)) {
      return error(call, 401, "authentication_error", "invalid x-api-key");
    }
    if (call.header().apply("anthropic-version") == null) {
      return error(call, 400, "invalid_request_error", "anthropic-version: header is required");
    }
    for (String required : List.of("model", "max_tokens", "messages")) {
      if (call.body().path(required).isMissingNode()) {
        return error(call, 400, "invalid_request_error", required + ": Field required");
      }
    }
    int wanted = call.wantedStatus();
    return switch (wanted) {
      case 0 -> null;
      case 429 ->
          error(
              call,
              429,
              "rate_limit_error",
              "This request would exceed the rate limit for your organization of 40,000 input"
                  + " tokens per minute.");
      case 529 -> error(call, 529, "overloaded_error", "Overloaded");
      default ->
          wanted >= 500
              ? error(call, wanted, "api_error", "Internal server error")
              : error(call, wanted, "invalid_request_error", "The request was refused");
    };
  }

  private static Reply error(Call call, int status, String type, String message) {
    Map<String, String> headers = headers(call);
    ObjectNode body = JSON.objectNode().put("type", "error");
    body.putObject("error").put("type", type).put("message", message);
    body.put("request_id", headers.get("request-id"));
    if (status == 429) {
      headers.put("retry-after", "1");
    }
    return new Reply.Whole(
        status, headers, body, Answer.refused(PROVIDER, call.text("model"), status));
  }

  private static Map<String, String> headers(Call call) {
    Map<String, String> headers = new TreeMap<>();
    headers.put("request-id", call.id("req_011C", 20));
    headers.put("anthropic-ratelimit-requests-limit", "4000");
    headers.put("anthropic-ratelimit-requests-remaining", "3999");
    return headers;
  }

  /** One message, from its request to its answer. */
  private static final class Message {
    private final Call call;
    private final String requested;
    private final String model;
    private final String id;
    private final Prompt prompt;
    private final String thinking;
    private final String text;
    private final String stopReason;

    Message(Call call) {
      this.call = call;
      requested = call.text("model");
      model = SNAPSHOTS.getOrDefault(requested, requested);
      id = call.id("msg_01", 22);
      prompt = Prompt.of(call.body());
      Words words = call.words();
      long limit = call.body().path("max_tokens").asLong(0);
      thinking = thinks() ? words.prose(limit) : "";
      text = words.prose(limit - Words.tokens(thinking));
      stopReason = outputTokens() + 1 >= limit ? "max_tokens" : "end_turn";
    }

    private boolean thinks() {
      String type = call.body().path("thinking").path("type").asString("");
      return type.equals("enabled") || type.equals("adaptive");
    }

    private long outputTokens() {
      return Words.tokens(thinking) + Words.tokens(text);
    }

    Reply reply() {
      Map<String, Long> quantities = new TreeMap<>(prompt.quantities());
      quantities.put(Meters.OUTPUT, Words.tokens(text));
      quantities.put(Meters.OUTPUT_REASONING, Words.tokens(thinking));
      Answer answer = Answer.served(PROVIDER, requested, model, call.streamed(), quantities);
      return call.streamed()
          ? Reply.Streamed.sse(headers(call), events(), answer)
          : new Reply.Whole(200, headers(call), whole(), answer);
    }

    private ObjectNode whole() {
      ObjectNode body = head();
      ArrayNode content = body.putArray("content");
      if (!thinking.isEmpty()) {
        content
            .addObject()
            .put("type", "thinking")
            .put("thinking", thinking)
            .put("signature", signature());
      }
      content.addObject().put("type", "text").put("text", text);
      body.put("stop_reason", stopReason).putNull("stop_sequence");
      body.set("usage", usage(outputTokens()));
      return body;
    }

    private List<String> events() {
      List<String> events = new ArrayList<>();
      ObjectNode message = head();
      message.putArray("content");
      message.putNull("stop_reason").putNull("stop_sequence");
      message.set("usage", usage(1));
      ObjectNode start = JSON.objectNode().put("type", "message_start");
      start.set("message", message);
      events.add(event(start));
      int index = 0;
      if (!thinking.isEmpty()) {
        addThinking(events, index++);
      }
      addText(events, index);
      events.add(event(delta()));
      events.add(event(JSON.objectNode().put("type", "message_stop")));
      events.add(2, PING);
      return events;
    }

    private void addThinking(List<String> events, int index) {
      ObjectNode block = JSON.objectNode().put("type", "thinking").put("thinking", "");
      events.add(blockStart(index, block.put("signature", "")));
      for (String piece : Words.pieces(thinking)) {
        events.add(
            blockDelta(
                index, JSON.objectNode().put("type", "thinking_delta").put("thinking", piece)));
      }
      events.add(
          blockDelta(
              index,
              JSON.objectNode().put("type", "signature_delta").put("signature", signature())));
      events.add(blockStop(index));
    }

    private void addText(List<String> events, int index) {
      events.add(blockStart(index, JSON.objectNode().put("type", "text").put("text", "")));
      for (String piece : Words.pieces(text)) {
        events.add(
            blockDelta(index, JSON.objectNode().put("type", "text_delta").put("text", piece)));
      }
      events.add(blockStop(index));
    }

    private ObjectNode delta() {
      ObjectNode event = JSON.objectNode().put("type", "message_delta");
      event.putObject("delta").put("stop_reason", stopReason).putNull("stop_sequence");
      ObjectNode usage = event.putObject("usage");
      putInput(usage).put("output_tokens", outputTokens());
      putThinking(usage);
      return event;
    }

    private ObjectNode head() {
      return JSON.objectNode()
          .put("model", model)
          .put("id", id)
          .put("type", "message")
          .put("role", "assistant");
    }

    private ObjectNode usage(long outputTokens) {
      ObjectNode usage = putInput(JSON.objectNode());
      usage
          .putObject("cache_creation")
          .put("ephemeral_5m_input_tokens", prompt.written5m())
          .put("ephemeral_1h_input_tokens", prompt.written1h());
      usage.put("output_tokens", outputTokens);
      if (outputTokens == outputTokens()) {
        putThinking(usage);
      }
      return usage.put("service_tier", "standard").put("inference_geo", "not_available");
    }

    private ObjectNode putInput(ObjectNode usage) {
      return usage
          .put("input_tokens", prompt.plain())
          .put("cache_creation_input_tokens", prompt.written5m() + prompt.written1h())
          .put("cache_read_input_tokens", prompt.read());
    }

    private void putThinking(ObjectNode usage) {
      if (!thinking.isEmpty()) {
        usage.putObject("output_tokens_details").put("thinking_tokens", Words.tokens(thinking));
      }
    }

    private String signature() {
      return call.id("Eq", 90);
    }

    private static String blockStart(int index, ObjectNode block) {
      ObjectNode event = JSON.objectNode().put("type", "content_block_start").put("index", index);
      event.set("content_block", block);
      return event(event);
    }

    private static String blockDelta(int index, ObjectNode delta) {
      ObjectNode event = JSON.objectNode().put("type", "content_block_delta").put("index", index);
      event.set("delta", delta);
      return event(event);
    }

    private static String blockStop(int index) {
      return event(JSON.objectNode().put("type", "content_block_stop").put("index", index));
    }

    private static String event(ObjectNode data) {
      return "event: " + data.path("type").asString() + "\ndata: " + data + "\n\n";
    }
  }

  /**
   * The tokens of a prompt. What stands before a cache breakpoint is written on the first turn; on
   * a later one (an assistant's message is there) all breakpoints but the last were written before
   * and are read, and where there is but one, it is read.
   */
  private record Prompt(long plain, long read, long written5m, long written1h) {

    static Prompt of(JsonNode body) {
      long[] sums = new long[4]; // plain, read, 5m, 1h
      List<Breakpoint> breakpoints = new ArrayList<>();
      long since = toolTokens(body);
      for (JsonNode block : blocks(body)) {
        since += block.has("text") ? Words.tokens(block.path("text").asString("")) : 85;
        JsonNode control = block.path("cache_control");
        if (control.isObject()) {
          breakpoints.add(new Breakpoint(since, control.path("ttl").asString("5m").equals("1h")));
          since = 0;
        }
      }
      sums[0] = since + 3;
      boolean cacheable = breakpoints.stream().mapToLong(Breakpoint::tokens).sum() >= CACHE_MINIMUM;
      boolean laterTurn = laterTurn(body);
      for (int i = 0; i < breakpoints.size(); i++) {
        Breakpoint breakpoint = breakpoints.get(i);
        boolean known = laterTurn && (i < breakpoints.size() - 1 || breakpoints.size() == 1);
        int kind = !cacheable ? 0 : known ? 1 : breakpoint.hour() ? 3 : 2;
        sums[kind] += breakpoint.tokens();
      }
      return new Prompt(sums[0], sums[1], sums[2], sums[3]);
    }

    Map<String, Long> quantities() {
      return Map.of(
          Meters.INPUT,
          plain,
          Meters.INPUT_CACHE_READ,
          read,
          Meters.INPUT_CACHE_WRITE_5M,
          written5m,
          Meters.INPUT_CACHE_WRITE_1H,
          written1h);
    }

    private static long toolTokens(JsonNode body) {
      JsonNode tools = body.path("tools");
      return tools.isMissingNode() ? 0 : Words.tokens(tools.toString());
    }

    private static boolean laterTurn(JsonNode body) {
      for (JsonNode message : body.path("messages")) {
        if (message.path("role").asString("").equals("assistant")) {
          return true;
        }
      }
      return false;
    }

    /** System and message content in the order in which the cache sees it. */
    private static List<JsonNode> blocks(JsonNode body) {
      List<JsonNode> blocks = new ArrayList<>();
      addBlocks(blocks, body.path("system"));
      body.path("messages").forEach(message -> addBlocks(blocks, message.path("content")));
      return blocks;
    }

    private static void addBlocks(List<JsonNode> blocks, JsonNode content) {
      if (content.isString()) {
        blocks.add(JSON.objectNode().put("text", content.asString()));
      } else {
        content.forEach(blocks::add);
      }
    }

    private record Breakpoint(long tokens, boolean hour) {}
  }
}
