package io.llmcost.client.provider;

import io.llmcost.schemas.Meters;

/** Vertex' {@code predict}: embeddings, whose texts tell their tokens, and images, one by one. */
final class VertexPredict implements ProviderAdapter {
  private static final JsonPaths PATHS =
      JsonPaths.of(
          "error", "predictions[].embeddings.statistics.token_count", "predictions[].mimeType");
  private static final int ERROR = 0;
  private static final int TOKENS = 1;
  private static final int IMAGES = 2;

  @Override
  public String operation() {
    return "predict";
  }

  @Override
  public boolean reads(String provider, String method, String path) {
    return method.equals("POST") && path.endsWith(":predict");
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
    private long tokens;
    private int texts;
    private int images;

    Tally(AnswerHead head) {
      facts = new AnswerFacts(head);
    }

    @Override
    public void document(JsonDocument document, boolean streamed) {
      facts.error(document.node(ERROR));
      texts = document.count(TOKENS);
      images = document.count(IMAGES);
      tokens = 0;
      document.nodes(TOKENS).forEach(node -> tokens += whole(node));
    }

    private static long whole(tools.jackson.databind.JsonNode node) {
      Long count = Counts.wholeOrNull(node);
      return count == null ? 0 : Math.max(0, count);
    }

    @Override
    public Completion end(boolean streamed, boolean whole) {
      if (texts + images == 0) {
        return facts.completion(null, null, streamed || whole, false);
      }
      UsageTally tally = new UsageTally();
      tally.add(Meters.INPUT, tokens);
      tally.add(Meters.IMAGE, images);
      return facts.completion(tally.usage(), null, streamed || whole, false);
    }
  }
}
