package io.llmcost.client.provider;

import io.llmcost.client.provider.OpenAiUsage.Reasoning;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Embeddings of OpenAI and of servers that speak like it; some tell the total alone. */
final class OpenAiEmbeddings implements ProviderAdapter {
  private static final JsonPaths PATHS = JsonPaths.of("model", "usage", "error");
  private static final int MODEL = 0;
  private static final int USAGE = 1;
  private static final int ERROR = 2;

  @Override
  public String operation() {
    return "embeddings";
  }

  @Override
  public boolean reads(String provider, String method, String path) {
    return method.equals("POST") && path.endsWith("/embeddings");
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
      usage = document.object(USAGE);
    }

    @Override
    public Completion end(boolean streamed, boolean whole) {
      Usage read = usage == null ? null : OpenAiUsage.read(usage, Reasoning.IN_OUTPUT, 0);
      return facts.completion(read, null, streamed || whole, false);
    }
  }
}
