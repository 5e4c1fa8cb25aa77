package io.llmcost.client.provider;

import io.llmcost.client.provider.OpenAiUsage.Reasoning;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Chat completions, and the older completions, of OpenAI, Azure and every server that speaks like
 * them. A stream tells its usage in whichever chunk has some: last, or beside the last choices.
 */
final class OpenAiChat implements ProviderAdapter {
  private static final String CHAT_PATH = "/chat/completions";

  /** These tell their usage in every stream, and refuse or ignore to be asked. */
  private static final Set<String> UNASKED = Set.of("mistral", "cohere");

  private static final JsonPaths PATHS =
      JsonPaths.of(
          "id",
          "model",
          "created",
          "service_tier",
          "usage",
          "error",
          "x_groq.usage",
          "x_groq.error",
          "choices[].finish_reason");
  private static final int ID = 0;
  private static final int MODEL = 1;
  private static final int CREATED = 2;
  private static final int SERVICE_TIER = 3;
  private static final int USAGE = 4;
  private static final int ERROR = 5;
  private static final int GROQ_USAGE = 6;
  private static final int GROQ_ERROR = 7;
  private static final int FINISH_REASON = 8;

  private final String operation;
  private final String path;
  private final Set<String> providers;
  private final Reasoning reasoning;
  private final boolean asks;

  private OpenAiChat(
      String operation, String path, Set<String> providers, Reasoning reasoning, boolean asks) {
    this.operation = operation;
    this.path = path;
    this.providers = providers;
    this.reasoning = reasoning;
    this.asks = asks;
  }

  /** OpenAI's own, for whichever provider no other adapter knows better. */
  static OpenAiChat standard() {
    return new OpenAiChat("chat", CHAT_PATH, Set.of(), Reasoning.IN_OUTPUT, true);
  }

  static OpenAiChat toldUnasked() {
    return new OpenAiChat("chat", CHAT_PATH, UNASKED, Reasoning.IN_OUTPUT, false);
  }

  /** Tells its usage unasked as well. */
  static OpenAiChat perplexity() {
    return new OpenAiChat("chat", CHAT_PATH, Set.of("perplexity"), Reasoning.BESIDE_OUTPUT, false);
  }

  static OpenAiChat xai() {
    return new OpenAiChat("chat", CHAT_PATH, Set.of("xai"), Reasoning.BESIDE_OUTPUT, true);
  }

  static OpenAiChat google() {
    return new OpenAiChat(
        "chat", CHAT_PATH, Set.of("gemini", "vertex"), Reasoning.IN_TOTAL_ONLY, true);
  }

  /** The API before chat: {@code /v1/completions}. */
  static OpenAiChat completions() {
    return new OpenAiChat("completions", "/completions", Set.of(), Reasoning.IN_OUTPUT, true);
  }

  /** The same of those that need not be asked: Mistral's fill-in-the-middle and agents. */
  static OpenAiChat completionsToldUnasked() {
    return new OpenAiChat("completions", "/completions", UNASKED, Reasoning.IN_OUTPUT, false);
  }

  @Override
  public String operation() {
    return operation;
  }

  @Override
  public boolean reads(String provider, String method, String requestPath) {
    return method.equals("POST")
        && requestPath.endsWith(path)
        && (providers.isEmpty() || providers.contains(provider));
  }

  @Override
  public RequestFacts read(byte[] requestBody, String requestPath) {
    RequestBody body = RequestBody.read(requestBody);
    if (body == null) {
      return RequestFacts.NONE;
    }
    return new RequestFacts(
        body.model() == null ? PathModel.deployment(requestPath) : body.model(),
        body.stream(),
        asks && body.stream() ? body.includeUsage() : null);
  }

  @Override
  public AnswerReader answer(AnswerHead head) {
    return new TextAnswer(PATHS, new Tally(head, reasoning));
  }

  private static final class Tally implements AnswerTally {
    private final AnswerFacts facts;
    private final Reasoning reasoning;
    private @Nullable JsonNode usage;
    private boolean finished;
    private boolean done;

    Tally(AnswerHead head, Reasoning reasoning) {
      facts = new AnswerFacts(head);
      this.reasoning = reasoning;
    }

    @Override
    public void document(JsonDocument document, boolean streamed) {
      if (!facts.hasId()) {
        facts.id(document.text(ID));
        facts.createdAt(document.whole(CREATED));
      }
      if (!facts.hasModel()) {
        facts.model(document.text(MODEL));
      }
      facts.serviceTier(document.text(SERVICE_TIER));
      facts.error(document.node(ERROR));
      facts.error(document.node(GROQ_ERROR));
      JsonNode told = document.node(USAGE);
      if (told == null) {
        told = document.node(GROQ_USAGE);
      }
      if (told != null && told.isObject()) {
        usage = told;
      }
      finished = finished || document.texts(FINISH_REASON).stream().anyMatch(Objects::nonNull);
    }

    @Override
    public void done() {
      finished = true;
      done = true;
    }

    // Not at a finish_reason: other choices may go on, and usage comes after it.
    @Override
    public boolean isFinished() {
      return done;
    }

    @Override
    public @Nullable String providerId() {
      return facts.id();
    }

    @Override
    public @Nullable Instant createdAt() {
      return facts.createdAt();
    }

    @Override
    public Completion end(boolean streamed, boolean whole) {
      return facts.completion(
          usage == null ? null : OpenAiUsage.read(usage, reasoning, 0),
          null,
          streamed ? finished : whole,
          false);
    }
  }
}
