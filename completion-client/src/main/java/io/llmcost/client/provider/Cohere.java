package io.llmcost.client.provider;

import io.llmcost.schemas.Meters;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Cohere's own API, of both versions. What it bills is apart from the tokens that it processed, and
 * alone counts. Streams are event-streams in version 2, lines of JSON in version 1.
 */
final class Cohere implements ProviderAdapter {
  private static final JsonPaths PATHS =
      JsonPaths.of(
          "id",
          "usage.billed_units",
          "meta.billed_units",
          "delta.usage.billed_units",
          "response.meta.billed_units",
          "type",
          "event_type",
          "finish_reason",
          "delta.error");
  private static final int ID = 0;
  private static final int FIRST_UNITS = 1;
  private static final int LAST_UNITS = 4;
  private static final int TYPE = 5;
  private static final int EVENT_TYPE = 6;
  private static final int FINISH_REASON = 7;
  private static final int ERROR = 8;

  private final String operation;
  private final Set<String> ends;

  private Cohere(String operation, Set<String> ends) {
    this.operation = operation;
    this.ends = ends;
  }

  static Cohere chat() {
    return new Cohere("chat", Set.of("/v1/chat", "/v2/chat", "/v1/generate", "/v1/summarize"));
  }

  static Cohere embed() {
    return new Cohere("embeddings", Set.of("/v1/embed", "/v2/embed"));
  }

  static Cohere rerank() {
    return new Cohere("rerank", Set.of("/v1/rerank", "/v2/rerank"));
  }

  static Cohere classify() {
    return new Cohere("classify", Set.of("/v1/classify"));
  }

  @Override
  public String operation() {
    return operation;
  }

  @Override
  public boolean reads(String provider, String method, String path) {
    return method.equals("POST")
        && provider.equals("cohere")
        && ends.stream().anyMatch(path::endsWith);
  }

  @Override
  public RequestFacts read(byte[] requestBody, String path) {
    RequestBody body = RequestBody.read(requestBody);
    return body == null ? RequestFacts.NONE : new RequestFacts(body.model(), body.stream(), null);
  }

  @Override
  public AnswerReader answer(AnswerHead head) {
    return new TextAnswer(PATHS, new Tally(head), true);
  }

  private static final class Tally implements AnswerTally {
    private final AnswerFacts facts;
    private @Nullable JsonNode units;
    private boolean ended;

    Tally(AnswerHead head) {
      facts = new AnswerFacts(head);
    }

    @Override
    public void document(JsonDocument document, boolean streamed) {
      facts.id(document.text(ID));
      facts.error(document.node(ERROR));
      for (int path = FIRST_UNITS; path <= LAST_UNITS; path++) {
        JsonNode told = document.node(path);
        units = told == null ? units : told;
      }
      String type = document.text(TYPE);
      String event = type == null ? document.text(EVENT_TYPE) : type;
      ended = ended || event == null || event.equals("message-end") || event.equals("stream-end");
      if ("ERROR".equals(document.text(FINISH_REASON))) {
        facts.failed("error");
      }
    }

    @Override
    public boolean isFinished() {
      return ended;
    }

    @Override
    public @Nullable String providerId() {
      return facts.id();
    }

    @Override
    public Completion end(boolean streamed, boolean whole) {
      return facts.completion(units == null ? null : read(units), null, ended, false);
    }

    private static @Nullable Usage read(JsonNode units) {
      if (!units.isObject() || units.isEmpty()) {
        return null;
      }
      UsageTally tally = new UsageTally();
      long input = Counts.of(units, "input_tokens");
      tally.add(Meters.INPUT, input);
      tally.add(Meters.INPUT_IMAGE, Counts.of(units, "image_tokens"));
      tally.add(Meters.OUTPUT, Counts.of(units, "output_tokens"));
      tally.add(Meters.SEARCH_UNIT, Counts.of(units, "search_units"));
      tally.add("classification", Counts.of(units, "classifications"));
      return new Usage(
          tally.readings(),
          tally.notNegative(input),
          null,
          tally.isInconsistent() ? units.toString() : null);
    }
  }
}
