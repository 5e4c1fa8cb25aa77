package io.llmcost.client.provider;

import io.llmcost.schemas.Meters;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Gemini's embeddings, one text or a batch. Older models tell no usage. */
final class GeminiEmbeddings implements ProviderAdapter {
  private static final JsonPaths PATHS = JsonPaths.of("usageMetadata", "error");
  private static final int USAGE = 0;
  private static final int ERROR = 1;

  @Override
  public String operation() {
    return "embeddings";
  }

  @Override
  public boolean reads(String provider, String method, String path) {
    return method.equals("POST")
        && (path.endsWith(":embedContent") || path.endsWith(":batchEmbedContents"));
  }

  @Override
  public RequestFacts read(byte[] requestBody, String path) {
    return new RequestFacts(PathModel.google(path), false, null);
  }

  @Override
  public AnswerReader answer(AnswerHead head) {
    return new TextAnswer(PATHS, new Tally(head));
  }

  private static final class Tally implements AnswerTally {
    private final AnswerFacts facts;
    private @Nullable JsonNode usage;

    Tally(AnswerHead head) {
      facts = new AnswerFacts(head);
    }

    @Override
    public void document(JsonDocument document, boolean streamed) {
      facts.error(document.node(ERROR));
      usage = document.node(USAGE);
    }

    @Override
    public Completion end(boolean streamed, boolean whole) {
      JsonNode told = usage;
      Usage read = told == null || !GeminiUsage.counts(told) ? null : read(told);
      return facts.completion(read, null, streamed || whole, false);
    }

    private static Usage read(JsonNode told) {
      UsageTally tally = new UsageTally();
      Long prompt = Counts.orNull(told, "promptTokenCount");
      tally.add(Meters.INPUT, prompt == null ? Counts.of(told, "totalTokenCount") : prompt);
      return tally.usage();
    }
  }
}
