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

/**
 * Chat completions, responses and embeddings in the shapes of OpenAI's API, errors included; and of
 * those providers that speak like it.
 */
final class OpenAi {

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

  private final String provider;
  private final Clock clock;

  OpenAi(String provider, Clock clock) {
    this.provider = provider;
    this.clock = clock;
  }

  Reply chat(Call call) {
    Reply refusal = refusal(call, "messages");
    return refusal != null
        ? refusal
        : new OpenAiChat(provider, call, clock.instant().getEpochSecond()).reply(headers(call));
  }

  Reply responses(Call call) {
    Reply refusal = refusal(call, "input");
    return refusal != null
        ? refusal
        : new OpenAiResponse(provider, call, clock.instant().getEpochSecond()).reply(headers(call));
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
        Answer.served(provider, model, model, false, Map.of(Meters.INPUT, tokens)));
  }

  /** Costs nothing, and so is no answer. */
  Reply models(Call call) {
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
    return new Reply.Whole(200, headers(call), list, null);
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
        status, headers, body, Answer.refused(provider, call.text("model"), status));
  }

  private static Map<String, String> headers(Call call) {
    Map<String, String> headers = new TreeMap<>();
    headers.put("x-request-id", call.id("req_", 32).toLowerCase(java.util.Locale.ROOT));
    headers.put("openai-version", "2020-10-01");
    headers.put("openai-processing-ms", "12");
    return headers;
  }
}
