package io.llmcost.client.provider;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A message of a Gemini Live session that tells the usage of its turn. It names no model. */
final class GeminiLive implements ProviderAdapter {
  private static final JsonPaths PATHS = JsonPaths.of("usageMetadata");
  private static final int USAGE = 0;

  @Override
  public String operation() {
    return "realtime";
  }

  @Override
  public boolean reads(String provider, String method, String path) {
    return path.equals("ws serverContent") || path.equals("ws usageMetadata");
  }

  @Override
  public RequestFacts read(byte[] requestBody, String path) {
    return RequestFacts.NONE;
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
      JsonNode told = document.node(USAGE);
      usage = told != null && GeminiUsage.counts(told) ? told : null;
      facts.serviceTier(Counts.text(usage, "serviceTier"));
    }

    @Override
    public Completion end(boolean streamed, boolean whole) {
      return facts.completion(
          usage == null ? null : GeminiUsage.read(usage, 0), null, whole, false);
    }
  }
}
