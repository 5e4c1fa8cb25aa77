package io.llmcost.cli.simulator;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The simulated providers: finds by the path who answers. */
final class Providers {
  private static final Pattern GEMINI =
      Pattern.compile("/v1(?:beta|alpha)?/models/([^/]+):(generateContent|streamGenerateContent)");
  private static final Pattern BEDROCK = Pattern.compile("/model/([^/]+)/(converse(?:-stream)?)");

  private final OpenAi standard;

  /** Others that speak like OpenAI, by their name in the path. */
  private final Map<String, OpenAi> alike;

  private final Anthropic anthropic = new Anthropic();
  private final Gemini gemini = new Gemini();
  private final Cohere cohere = new Cohere();
  private final Bedrock bedrock = new Bedrock();

  Providers(Clock clock) {
    standard = new OpenAi("openai", clock);
    alike = Map.of("mistral", new OpenAi("mistral", clock), "groq", new OpenAi("groq", clock));
  }

  Reply reply(String method, String path, Call call) {
    String provider = provider(path);
    String rest = path.substring(Math.min(path.length(), provider.length() + 1));
    return switch (provider) {
      case "anthropic" ->
          method.equals("POST") && rest.equals("/v1/messages")
              ? anthropic.messages(call)
              : anthropic.unknownPath(call);
      case "gemini" -> gemini(method, rest, call);
      case "cohere" ->
          method.equals("POST") && rest.equals("/v2/chat")
              ? cohere.chat(call)
              : cohere.unknownPath(call);
      case "bedrock" -> bedrock(method, rest, call);
      default -> openAi(openAi(provider), method, rest, call);
    };
  }

  private static Reply openAi(OpenAi api, String method, String rest, Call call) {
    // Groq's own paths begin with this.
    String path = rest.startsWith("/openai/") ? rest.substring("/openai".length()) : rest;
    return switch (method + " " + path) {
      case "POST /v1/chat/completions" -> api.chat(call);
      case "POST /v1/responses" -> api.responses(call);
      case "POST /v1/embeddings" -> api.embeddings(call);
      case "GET /v1/models" -> api.models(call);
      default -> api.unknownPath(call, method, path);
    };
  }

  private Reply gemini(String method, String rest, Call call) {
    Matcher path = GEMINI.matcher(rest);
    return method.equals("POST") && path.matches()
        ? gemini.generate(call.with(path.group(1), path.group(2).startsWith("stream")))
        : gemini.unknownPath(call);
  }

  private Reply bedrock(String method, String rest, Call call) {
    Matcher path = BEDROCK.matcher(rest);
    return method.equals("POST") && path.matches()
        ? bedrock.converse(
            call.with(
                URLDecoder.decode(path.group(1), StandardCharsets.UTF_8),
                path.group(2).endsWith("stream")))
        : bedrock.unknownPath(call);
  }

  Reply unreadable(String path, Call call) {
    return switch (provider(path)) {
      case "anthropic" -> anthropic.unreadable(call);
      case "gemini" ->
          Gemini.error(call, 400, "INVALID_ARGUMENT", "Invalid JSON payload received.");
      case "cohere" -> Cohere.error(call, 400, "invalid json syntax");
      case "bedrock" -> Bedrock.error(call, 400, "SerializationException", "no JSON");
      default -> openAi(provider(path)).unreadable(call);
    };
  }

  void session(HttpCall http, AtomicLong calls, Consumer<Answer> listener) throws IOException {
    if (http.path().equals("/openai/v1/realtime")) {
      new OpenAiRealtime(http.upgrade(), http.parameter("model"), calls, listener).run();
    } else {
      http.send(404, "text/plain", Map.of(), new byte[0]);
    }
  }

  private OpenAi openAi(String provider) {
    return alike.getOrDefault(provider, standard);
  }

  private static String provider(String path) {
    int end = path.indexOf('/', 1);
    return path.isEmpty() ? "" : path.substring(1, end < 0 ? path.length() : end);
  }
}
