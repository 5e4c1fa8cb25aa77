package io.llmcost.cli.simulator;

import io.llmcost.schemas.Meters;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * One chat completion, from its request to its answer. Mistral and Groq tell a stream's usage
 * unasked, beside its last choice.
 */
final class OpenAiChat {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final int CACHE_BLOCK = 128;
  private static final int CACHE_MINIMUM = 1024;

  private final String provider;
  private final Call call;
  private final String requested;
  private final String model;
  private final String id;
  private final long created;
  private final String tier;
  private final long prompt;
  private final long cached;
  private final long reasoning;
  private final String text;
  private final String finishReason;

  OpenAiChat(String provider, Call call, long created) {
    this.provider = provider;
    this.call = call;
    this.created = created;
    requested = call.text("model");
    model = OpenAi.SNAPSHOTS.getOrDefault(requested, requested);
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

  Reply reply(Map<String, String> headers) {
    long output = Words.tokens(text);
    Answer answer =
        Answer.served(
            provider,
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
        ? Reply.Streamed.sse(headers, events(), answer)
        : new Reply.Whole(200, headers, whole(), answer);
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
    events.add("data: " + lastChunk(withUsage) + "\n\n");
    if (withUsage && !provider.equals("mistral")) {
      ObjectNode last = chunkHead();
      last.putArray("choices");
      last.set("usage", usage());
      events.add("data: " + last + "\n\n");
    }
    events.add("data: [DONE]\n\n");
    return events;
  }

  private ObjectNode lastChunk(boolean withUsage) {
    ObjectNode chunk = chunk(JSON.objectNode(), finishReason);
    if (provider.equals("groq")) {
      chunk.putObject("x_groq").put("id", id).set("usage", usage());
    } else if (provider.equals("mistral")) {
      chunk.set("usage", usage());
    } else if (withUsage) {
      chunk.putNull("usage");
    }
    return chunk;
  }

  private String chunk(ObjectNode delta, @Nullable String finish, boolean withUsage) {
    ObjectNode chunk = chunk(delta, finish);
    if (withUsage) {
      chunk.putNull("usage");
    }
    return "data: " + chunk + "\n\n";
  }

  private ObjectNode chunk(ObjectNode delta, @Nullable String finish) {
    ObjectNode chunk = chunkHead();
    ObjectNode choice = chunk.putArray("choices").addObject().put("index", 0);
    choice.set("delta", delta);
    choice.putNull("logprobs").put("finish_reason", finish);
    return chunk;
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
