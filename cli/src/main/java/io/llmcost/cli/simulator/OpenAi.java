package io.llmcost.cli.simulator;

import io.llmcost.schemas.Meters;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** OpenAI's chat completions and embeddings in the shapes of its API, errors included. */
final class OpenAi {
  static final String PROVIDER = "openai";

  /** Undated names and the snapshots that answer for them. */
  static final Map<String, String> SNAPSHOTS =
      Map.of(
          "gpt-4o", "gpt-4o-2024-08-06",
          "gpt-4o-mini", "gpt-4o-mini-2024-07-18",
          "gpt-4.1", "gpt-4.1-2025-04-14",
          "gpt-4.1-mini", "gpt-4.1-mini-2025-04-14",
          "gpt-5", "gpt-5-2025-08-07",
          "gpt-5-mini", "gpt-5-mini-2025-08-07",
          "o4-mini", "o4-mini-2025-04-16");

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final int CACHE_BLOCK = 128;
  private static final int CACHE_MINIMUM = 1024;

  private final Clock clock;

  OpenAi(Clock clock) {
    this.clock = clock;
  }

  Reply chat(Call call) {
    Reply refusal = refusal(call, "messages");
    return refusal != null ? refusal : new Chat(call).reply();
  }

  Reply embeddings(Call call) {
    Reply refusal = refusal(call, "input");
    if (refusal != null) {
      return refusal;
    }
    JsonNode input = call.body().path("input");
    List<String> texts = new ArrayList<>();
    if (input.isString()) {
      texts.add(input.asString());
    } else {
      input.forEach(text -> texts.add(text.asString("")));
    }
    ObjectNode body = JSON.objectNode().put("object", "list");
    ArrayNode data = body.putArray("data");
    long tokens = 0;
    for (int i = 0; i < texts.size(); i++) {
      tokens += Words.tokens(texts.get(i));
      ArrayNode vector =
          data.addObject().put("object", "embedding").put("index", i).putArray("embedding");
      Words words = new Words(texts.get(i));
      for (int d = 0; d < 8; d++) {
        vector.add(words.between(-1000, 1000) / 1000.0);
      }
    }
    String model = call.text("model");
    body.put("model", model);
    body.putObject("usage").put("prompt_tokens", tokens).put("total_tokens", tokens);
    return new Reply.Whole(
        200,
        headers(call),
        body,
        Answer.served(PROVIDER, model, model, false, Map.of(Meters.INPUT, tokens)));
  }

  JsonNode models() {
    ObjectNode list = JSON.objectNode().put("object", "list");
    ArrayNode data = list.putArray("data");
    new TreeMap<>(SNAPSHOTS)
        .forEach(
            (name, snapshot) ->
                data.addObject()
                    .put("id", name)
                    .put("object", "model")
                    .put("created", 1715367049)
                    .put("owned_by", "system"));
    return list;
  }

  Reply unknownPath(Call call, String method, String path) {
    return error(
        call,
        404,
        "Invalid URL (%s %s)".formatted(method, path),
        "invalid_request_error",
        null,
        null);
  }

  Reply unreadable(Call call) {
    return error(
        call,
        400,
        "We could not parse the JSON body of your request. (HINT: This likely means you aren't"
            + " using your HTTP library correctly. The OpenAI API expects a JSON payload, but what"
            + " was sent was not valid JSON.)",
        "invalid_request_error",
        null,
        null);
  }

  private @Nullable Reply refusal(Call call, String requiredField) {
    String authorization = call.header().apply("authorization");
    if (authorization == null || !authorization.startsWith("Bearer ")) {
      return error(
          call,
          401,
          "You didn't provide an API key. You need to provide your API key in an Authorization"
              + " header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).",
          "invalid_request_error",
          null,
          null);
    }
    if (authorization.contains(ProviderSimulator.INVALID_KEY)) {
      return error(
          call,
          401,
          "Incorrect API key provided: inv***. You can find your API key at"
              + " https://platform.openai.com/account/api-keys.",
          "invalid_request_error",
          null,
          "invalid_api_key");
    }
    if (call.text("model").isEmpty()) {
      return error(
          call, 400, "you must provide a model parameter", "invalid_request_error", null, null);
    }
    if (call.body().path(requiredField).isMissingNode()) {
      return error(
          call,
          400,
          "Missing required parameter: '%s'.".formatted(requiredField),
          "invalid_request_error",
          requiredField,
          "missing_required_parameter");
    }
    int wanted = call.wantedStatus();
    return switch (wanted) {
      case 0 -> null;
      case 429 ->
          error(
              call,
              429,
              "Rate limit reached for %s on tokens per min (TPM): Limit 200000, Used 199200,"
                      .formatted(call.text("model"))
                  + " Requested 1100. Please try again in 90ms.",
              "tokens",
              null,
              "rate_limit_exceeded");
      default ->
          error(
              call,
              wanted,
              "The server had an error while processing your request. Sorry about that!",
              wanted >= 500 ? "server_error" : "invalid_request_error",
              null,
              null);
    };
  }

  private Reply error(
      Call call,
      int status,
      String message,
      String type,
      @Nullable String param,
      @Nullable String code) {
    ObjectNode body = JSON.objectNode();
    body.putObject("error")
        .put("message", message)
        .put("type", type)
        .put("param", param)
        .put("code", code);
    Map<String, String> headers = headers(call);
    if (status == 429) {
      headers.put("retry-after-ms", "90");
      headers.put("retry-after", "1");
    }
    return new Reply.Whole(
        status, headers, body, Answer.refused(PROVIDER, call.text("model"), status));
  }

  private static Map<String, String> headers(Call call) {
    Map<String, String> headers = new TreeMap<>();
    headers.put("x-request-id", call.id("req_", 32).toLowerCase(java.util.Locale.ROOT));
    headers.put("openai-version", "2020-10-01");
    headers.put("openai-processing-ms", "12");
    return headers;
  }

  /** One chat completion, from its request to its answer. */
  private final class Chat {
    private final Call call;
    private final String requested;
    private final String model;
    private final String id;
    private final long created = clock.instant().getEpochSecond();
    private final String tier;
    private final long prompt;
    private final long cached;
    private final long reasoning;
    private final String text;
    private final String finishReason;

    Chat(Call call) {
      this.call = call;
      requested = call.text("model");
      model = SNAPSHOTS.getOrDefault(requested, requested);
      id = call.id("chatcmpl-", 29);
      String wantedTier = call.text("service_tier");
      tier = wantedTier.equals("flex") || wantedTier.equals("priority") ? wantedTier : "default";
      JsonNode messages = call.body().path("messages");
      prompt = 3 + tokens(messages, messages.size()) + toolTokens();
      cached = cached(messages);
      Words words = call.words();
      long limit = limit();
      reasoning = reasons() ? Math.min(limit, 64L * words.between(1, 6)) : 0;
      text = words.prose(limit - reasoning);
      finishReason = reasoning + Words.tokens(text) + 1 >= limit ? "length" : "stop";
    }

    private long limit() {
      JsonNode newer = call.body().path("max_completion_tokens");
      return (newer.isNumber() ? newer : call.body().path("max_tokens")).asLong(4096);
    }

    private boolean reasons() {
      String effort = call.text("reasoning_effort");
      return (model.startsWith("gpt-5") || model.matches("o\\d.*"))
          && !effort.equals("none")
          && !effort.equals("minimal");
    }

    private long toolTokens() {
      JsonNode tools = call.body().path("tools");
      return tools.isMissingNode() ? 0 : Words.tokens(tools.toString());
    }

    private static long tokens(JsonNode messages, int count) {
      long sum = 0;
      for (int i = 0; i < count; i++) {
        sum += 4 + Words.tokens(messages.path(i).path("content"));
      }
      return sum;
    }

    /** From the second turn on, all but the last message is in the provider's cache. */
    private long cached(JsonNode messages) {
      boolean laterTurn = false;
      for (JsonNode message : messages) {
        laterTurn |= message.path("role").asString("").equals("assistant");
      }
      long known = laterTurn ? tokens(messages, messages.size() - 1) : 0;
      return known < CACHE_MINIMUM ? 0 : known / CACHE_BLOCK * CACHE_BLOCK;
    }

    Reply reply() {
      long output = Words.tokens(text);
      Answer answer =
          Answer.served(
              PROVIDER,
              requested,
              model,
              call.streamed(),
              Map.of(
                  Meters.INPUT,
                  prompt - cached,
                  Meters.INPUT_CACHE_READ,
                  cached,
                  Meters.OUTPUT,
                  output,
                  Meters.OUTPUT_REASONING,
                  reasoning));
      return call.streamed()
          ? new Reply.Streamed(headers(call), events(), answer)
          : new Reply.Whole(200, headers(call), whole(), answer);
    }

    private ObjectNode whole() {
      ObjectNode body = head("chat.completion");
      ObjectNode choice = body.putArray("choices").addObject().put("index", 0);
      ObjectNode message = choice.putObject("message").put("role", "assistant");
      message.put("content", text).putNull("refusal").putArray("annotations");
      choice.putNull("logprobs").put("finish_reason", finishReason);
      body.set("usage", usage());
      return body.put("service_tier", tier).put("system_fingerprint", "fp_51e1070cf2");
    }

    private List<String> events() {
      boolean withUsage = call.body().path("stream_options").path("include_usage").asBoolean(false);
      List<String> events = new ArrayList<>();
      ObjectNode first = JSON.objectNode().put("role", "assistant").put("content", "");
      events.add(chunk(first.putNull("refusal"), null, withUsage));
      for (String piece : Words.pieces(text)) {
        events.add(chunk(JSON.objectNode().put("content", piece), null, withUsage));
      }
      events.add(chunk(JSON.objectNode(), finishReason, withUsage));
      if (withUsage) {
        ObjectNode last = chunkHead();
        last.putArray("choices");
        last.set("usage", usage());
        events.add("data: " + last + "\n\n");
      }
      events.add("data: [DONE]\n\n");
      return events;
    }

    private String chunk(ObjectNode delta, @Nullable String finish, boolean withUsage) {
      ObjectNode chunk = chunkHead();
      ObjectNode choice = chunk.putArray("choices").addObject().put("index", 0);
      choice.set("delta", delta);
      choice.putNull("logprobs").put("finish_reason", finish);
      if (withUsage) {
        chunk.putNull("usage");
      }
      return "data: " + chunk + "\n\n";
    }

    private ObjectNode chunkHead() {
      return head("chat.completion.chunk")
          .put("service_tier", tier)
          .put("system_fingerprint", "fp_51e1070cf2");
    }

    private ObjectNode head(String object) {
      return JSON.objectNode()
          .put("id", id)
          .put("object", object)
          .put("created", created)
          .put("model", model);
    }

    private ObjectNode usage() {
      long completion = Words.tokens(text) + reasoning;
      ObjectNode usage =
          JSON.objectNode()
              .put("prompt_tokens", prompt)
              .put("completion_tokens", completion)
              .put("total_tokens", prompt + completion);
      usage.putObject("prompt_tokens_details").put("cached_tokens", cached).put("audio_tokens", 0);
      usage
          .putObject("completion_tokens_details")
          .put("reasoning_tokens", reasoning)
          .put("audio_tokens", 0)
          .put("accepted_prediction_tokens", 0)
          .put("rejected_prediction_tokens", 0);
      return usage;
    }
  }
}
