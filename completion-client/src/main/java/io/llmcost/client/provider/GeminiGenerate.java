package io.llmcost.client.provider;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Google's {@code generateContent}, of Gemini's API and of Vertex: as a body, as an event-stream,
 * or as one array that grows. Every part of a stream repeats the usage so far; the last one counts.
 */
final class GeminiGenerate implements ProviderAdapter {
  private static final JsonPaths PATHS =
      JsonPaths.of(
          "responseId",
          "modelVersion",
          "usageMetadata",
          "error",
          "promptFeedback.blockReason",
          "candidates[].finishReason",
          "candidates[].groundingMetadata.webSearchQueries");
  private static final int ID = 0;
  private static final int MODEL = 1;
  private static final int USAGE = 2;
  private static final int ERROR = 3;
  private static final int BLOCKED = 4;
  private static final int FINISHED = 5;
  private static final int QUERIES = 6;
  private static final int MAX_QUERIES = 1_000;
  private static final List<String> PER_PROMPT = List.of("gemini-1", "gemini-2");

  @Override
  public String operation() {
    return "chat";
  }

  @Override
  public boolean reads(String provider, String method, String path) {
    return method.equals("POST")
        && (path.endsWith(":generateContent") || path.endsWith(":streamGenerateContent"));
  }

  @Override
  public RequestFacts read(byte[] requestBody, String path) {
    return new RequestFacts(PathModel.google(path), path.endsWith(":streamGenerateContent"), null);
  }

  @Override
  public AnswerReader answer(AnswerHead head) {
    return new TextAnswer(PATHS, new Tally(head));
  }

  private static final class Tally implements AnswerTally {
    private final AnswerFacts facts;
    private @Nullable String model;
    private @Nullable JsonNode usage;
    private final Set<String> queries = new HashSet<>(0);
    private boolean finished;

    Tally(AnswerHead head) {
      facts = new AnswerFacts(head);
    }

    @Override
    public void document(JsonDocument document, boolean streamed) {
      facts.id(document.text(ID));
      String named = document.text(MODEL);
      model = named == null ? model : named;
      facts.error(document.node(ERROR));
      JsonNode told = document.object(USAGE);
      if (told != null && (usage == null || GeminiUsage.counts(told))) {
        usage = told;
      }
      document.nodes(QUERIES).forEach(this::searches);
      finished = finished || document.count(FINISHED) > 0 || document.text(BLOCKED) != null;
    }

    // A stream repeats them; empty ones are not billed.
    private void searches(JsonNode asked) {
      for (JsonNode query : asked) {
        if (query.isString() && !query.stringValue().isBlank() && queries.size() < MAX_QUERIES) {
          queries.add(query.stringValue());
        }
      }
    }

    @Override
    public @Nullable String providerId() {
      return facts.id();
    }

    @Override
    public Completion end(boolean streamed, boolean whole) {
      facts.model(model);
      JsonNode told = usage;
      if (told != null) {
        String traffic = Counts.text(told, "trafficType");
        facts.serviceTier(traffic == null ? Counts.text(told, "serviceTier") : traffic);
      }
      return facts.completion(
          told == null ? null : GeminiUsage.read(told, billedSearches()),
          null,
          streamed ? finished : whole,
          false);
    }

    // Up to Gemini 2.5 a grounded prompt is billed, whatever it looked up; since 3, each search.
    private long billedSearches() {
      boolean perPrompt = model != null && PER_PROMPT.stream().anyMatch(model::startsWith);
      return perPrompt ? Math.min(1, queries.size()) : queries.size();
    }
  }
}
