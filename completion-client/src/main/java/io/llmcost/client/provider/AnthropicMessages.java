package io.llmcost.client.provider;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Anthropic's messages. Input excludes the cache; a stream's {@code message_delta} repeats running
 * totals, so that the last value that is not null counts, field by field, and nothing is added up.
 */
final class AnthropicMessages implements ProviderAdapter {
  private static final JsonPaths PATHS =
      JsonPaths.of(
          "type", "id", "model", "usage", "error", "message.id", "message.model", "message.usage");
  private static final int TYPE = 0;
  private static final int ID = 1;
  private static final int MODEL = 2;
  private static final int USAGE = 3;
  private static final int ERROR = 4;
  private static final int STARTED_ID = 5;
  private static final int STARTED_MODEL = 6;
  private static final int STARTED_USAGE = 7;

  @Override
  public String operation() {
    return "chat";
  }

  @Override
  public boolean reads(String provider, String method, String path) {
    return method.equals("POST")
        && (path.endsWith("/v1/messages")
            || (path.contains("/publishers/anthropic/") && PathModel.isRawPredict(path)));
  }

  @Override
  public RequestFacts read(byte[] requestBody, String path) {
    RequestBody body = RequestBody.read(requestBody);
    if (body == null) {
      return RequestFacts.NONE;
    }
    String model = body.model();
    return new RequestFacts(model == null ? PathModel.google(path) : model, body.stream(), null);
  }

  @Override
  public AnswerReader answer(AnswerHead head) {
    return new TextAnswer(PATHS, new Tally(head));
  }

  private static final class Tally implements AnswerTally {
    private final AnswerFacts facts;
    private @Nullable ObjectNode usage;
    private boolean stopped;

    Tally(AnswerHead head) {
      facts = new AnswerFacts(head);
    }

    @Override
    public void document(JsonDocument document, boolean streamed) {
      facts.id(document.text(streamed ? STARTED_ID : ID));
      facts.model(document.text(streamed ? STARTED_MODEL : MODEL));
      facts.error(document.node(ERROR));
      usage = AnthropicUsage.merge(usage, document.node(STARTED_USAGE));
      usage = AnthropicUsage.merge(usage, document.node(USAGE));
      stopped = stopped || "message_stop".equals(document.text(TYPE));
    }

    @Override
    public boolean isFinished() {
      return stopped;
    }

    @Override
    public @Nullable String providerId() {
      return facts.id();
    }

    @Override
    public Completion end(boolean streamed, boolean whole) {
      facts.serviceTier(AnthropicUsage.tier(usage));
      return facts.completion(
          usage == null ? null : AnthropicUsage.read(usage),
          AnthropicUsage.region(usage),
          streamed ? stopped : whole,
          false);
    }
  }
}
