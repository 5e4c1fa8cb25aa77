package io.llmcost.client.provider;

import io.llmcost.client.provider.OpenAiUsage.Reasoning;
import io.llmcost.schemas.Statuses;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A turn of a realtime session of OpenAI or Azure: the message {@code response.done}. It names no
 * model; the session does.
 */
final class OpenAiRealtime implements ProviderAdapter {
  private static final JsonPaths PATHS =
      JsonPaths.of(
          "response.id",
          "response.model",
          "response.status",
          "response.status_details.error",
          "response.usage");
  private static final int ID = 0;
  private static final int MODEL = 1;
  private static final int STATUS = 2;
  private static final int ERROR = 3;
  private static final int USAGE = 4;

  @Override
  public String operation() {
    return "realtime";
  }

  @Override
  public boolean reads(String provider, String method, String path) {
    return path.equals("ws response.done");
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
    private @Nullable String status;

    Tally(AnswerHead head) {
      facts = new AnswerFacts(head);
    }

    @Override
    public void document(JsonDocument document, boolean streamed) {
      facts.id(document.text(ID));
      facts.model(document.text(MODEL));
      facts.error(document.node(ERROR));
      status = document.text(STATUS);
      usage = document.object(USAGE);
    }

    @Override
    public @Nullable String providerId() {
      return facts.id();
    }

    @Override
    public Completion end(boolean streamed, boolean whole) {
      if ("failed".equals(status) && !facts.isFailed()) {
        facts.failed("failed");
      }
      Usage read = usage == null ? null : OpenAiUsage.read(usage, Reasoning.IN_OUTPUT, 0);
      Completion completion = facts.completion(read, null, whole, false);
      return Statuses.CANCELLED.equals(status) ? completion.cancelled() : completion;
    }
  }
}
