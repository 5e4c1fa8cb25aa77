package io.llmcost.client.provider;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Bedrock's Converse, whole or streamed; a stream tells its usage in its last event. */
final class BedrockConverse implements ProviderAdapter {
  private static final String STREAM = "/converse-stream";
  private static final JsonPaths PATHS = JsonPaths.of("usage", "serviceTier", "stopReason");
  private static final int USAGE = 0;
  private static final int SERVICE_TIER = 1;
  private static final int STOP_REASON = 2;

  @Override
  public String operation() {
    return "chat";
  }

  @Override
  public boolean reads(String provider, String method, String path) {
    return method.equals("POST")
        && path.contains("/model/")
        && (path.endsWith("/converse") || path.endsWith(STREAM));
  }

  @Override
  public RequestFacts read(byte[] requestBody, String path) {
    return new RequestFacts(PathModel.bedrock(path), path.endsWith(STREAM), null);
  }

  @Override
  public AnswerReader answer(AnswerHead head) {
    return BedrockAnswer.plain(PATHS, new Tally(head));
  }

  private static final class Tally implements BedrockAnswer.Tally {
    private final AnswerFacts facts;
    private @Nullable JsonNode usage;
    private boolean stopped;

    Tally(AnswerHead head) {
      facts = BedrockFacts.of(head);
    }

    @Override
    public void document(JsonDocument document, boolean streamed) {
      JsonNode told = document.object(USAGE);
      usage = told == null ? usage : told;
      JsonNode tier = document.node(SERVICE_TIER);
      if (tier != null) {
        facts.serviceTier(tier.isString() ? tier.stringValue() : Counts.text(tier, "type"));
      }
      stopped = stopped || document.has(STOP_REASON);
    }

    @Override
    public void failed(String exceptionType) {
      facts.failed(exceptionType);
    }

    @Override
    public boolean isFinished() {
      return usage != null;
    }

    @Override
    public @Nullable String providerId() {
      return facts.id();
    }

    @Override
    public Completion end(boolean streamed, boolean whole) {
      return facts.completion(
          usage == null ? null : BedrockUsage.converse(usage),
          null,
          streamed ? stopped || usage != null : whole,
          false);
    }
  }
}
