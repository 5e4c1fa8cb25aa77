package io.llmcost.client.provider;

import io.llmcost.schemas.Meters;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Mistral's OCR, which bills pages. */
final class MistralOcr implements ProviderAdapter {
  private static final JsonPaths PATHS = JsonPaths.of("model", "usage_info", "error");
  private static final int MODEL = 0;
  private static final int USAGE = 1;
  private static final int ERROR = 2;

  @Override
  public String operation() {
    return "ocr";
  }

  @Override
  public boolean reads(String provider, String method, String path) {
    return method.equals("POST") && path.endsWith("/v1/ocr");
  }

  @Override
  public RequestFacts read(byte[] requestBody, String path) {
    RequestBody body = RequestBody.read(requestBody);
    return body == null ? RequestFacts.NONE : new RequestFacts(body.model(), false, null);
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
      facts.model(document.text(MODEL));
      facts.error(document.node(ERROR));
      usage = document.node(USAGE);
    }

    @Override
    public Completion end(boolean streamed, boolean whole) {
      Long pages = Counts.orNull(usage, "pages_processed");
      Usage read = null;
      if (pages != null) {
        UsageTally tally = new UsageTally();
        tally.add(Meters.PAGE, pages);
        read = tally.usage();
      }
      return facts.completion(read, null, whole, false);
    }
  }
}
