package io.llmcost.client.provider;

import io.llmcost.client.provider.OpenAiUsage.Reasoning;
import io.llmcost.schemas.Meters;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Bedrock's InvokeModel: each model answers in its own form. Where that tells more than Bedrock's
 * counts in head or closing metrics it is read, else those are.
 */
final class BedrockInvoke implements ProviderAdapter {
  private static final String WHOLE = "/invoke";
  private static final String STREAM = "/invoke-with-response-stream";
  private static final JsonPaths PATHS =
      JsonPaths.of(
          "type",
          "model",
          "usage",
          "message.model",
          "message.usage",
          "metadata.usage",
          "amazon-bedrock-invocationMetrics",
          "inputTextTokenCount",
          "results[].tokenCount",
          "prompt_token_count",
          "generation_token_count",
          "images[]");
  private static final int TYPE = 0;
  private static final int MODEL = 1;
  private static final int USAGE = 2;
  private static final int STARTED_MODEL = 3;
  private static final int STARTED_USAGE = 4;
  private static final int NOVA_USAGE = 5;
  private static final int METRICS = 6;
  private static final int TITAN_INPUT = 7;
  private static final int TITAN_OUTPUT = 8;
  private static final int LLAMA_INPUT = 9;
  private static final int LLAMA_OUTPUT = 10;
  private static final int IMAGES = 11;

  private final String operation;
  private final String modelPart;

  private BedrockInvoke(String operation, String modelPart) {
    this.operation = operation;
    this.modelPart = modelPart;
  }

  /** Models that embed, which their names tell. */
  static BedrockInvoke embeddings() {
    return new BedrockInvoke("embeddings", "embed");
  }

  /** All other models. */
  static BedrockInvoke others() {
    return new BedrockInvoke("chat", "");
  }

  @Override
  public String operation() {
    return operation;
  }

  @Override
  public boolean reads(String provider, String method, String path) {
    return method.equals("POST")
        && path.contains("/model/")
        && (path.endsWith(WHOLE) || path.endsWith(STREAM))
        && path.contains(modelPart);
  }

  @Override
  public RequestFacts read(byte[] requestBody, String path) {
    return new RequestFacts(PathModel.bedrock(path), path.endsWith(STREAM), null);
  }

  @Override
  public AnswerReader answer(AnswerHead head) {
    return BedrockAnswer.wrapped(PATHS, new Tally(head));
  }

  private static final class Tally implements BedrockAnswer.Tally {
    private final AnswerHead head;
    private final AnswerFacts facts;
    private @Nullable ObjectNode usage;
    private @Nullable JsonNode metrics;
    private boolean stopped;
    private @Nullable Long input;
    private @Nullable Long output;
    private int images;

    Tally(AnswerHead head) {
      this.head = head;
      this.facts = BedrockFacts.of(head);
    }

    @Override
    public void document(JsonDocument document, boolean streamed) {
      facts.model(document.text(MODEL));
      facts.model(document.text(STARTED_MODEL));
      usage = AnthropicUsage.merge(usage, document.node(STARTED_USAGE));
      usage = AnthropicUsage.merge(usage, document.node(NOVA_USAGE));
      usage = AnthropicUsage.merge(usage, document.node(USAGE));
      JsonNode told = document.node(METRICS);
      metrics = told == null ? metrics : told;
      stopped = stopped || "message_stop".equals(document.text(TYPE));
      count(document);
    }

    private void count(JsonDocument document) {
      images = Math.max(images, document.count(IMAGES));
      Long prompt = document.whole(TITAN_INPUT);
      input = later(later(input, prompt), document.whole(LLAMA_INPUT));
      Long results = null;
      for (JsonNode node : document.nodes(TITAN_OUTPUT)) {
        Long count = Counts.wholeOrNull(node);
        results = count == null ? results : Long.valueOf((results == null ? 0 : results) + count);
      }
      output = later(later(output, results), document.whole(LLAMA_OUTPUT));
    }

    private static @Nullable Long later(@Nullable Long known, @Nullable Long told) {
      return told == null ? known : told;
    }

    @Override
    public void failed(String exceptionType) {
      facts.failed(exceptionType);
    }

    @Override
    public boolean isFinished() {
      return metrics != null;
    }

    @Override
    public @Nullable String providerId() {
      return facts.id();
    }

    @Override
    public Completion end(boolean streamed, boolean whole) {
      facts.serviceTier(AnthropicUsage.tier(usage));
      return facts.completion(
          facts.isFailed() && usage == null ? null : usage(),
          AnthropicUsage.region(usage),
          streamed ? stopped || metrics != null : whole,
          false);
    }

    private @Nullable Usage usage() {
      Usage read = usage == null ? null : own(usage);
      if (read == null && metrics != null) {
        read = BedrockUsage.metrics(metrics);
      }
      if (read == null) {
        read = BedrockUsage.headers(head);
      }
      return read == null ? counted() : read;
    }

    private static @Nullable Usage own(ObjectNode usage) {
      if (usage.has("inputTokens")) {
        return BedrockUsage.converse(usage);
      }
      return usage.has("prompt_tokens")
          ? OpenAiUsage.read(usage, Reasoning.IN_OUTPUT, 0)
          : AnthropicUsage.read(usage);
    }

    private @Nullable Usage counted() {
      if (input == null && output == null && images == 0) {
        return null;
      }
      UsageTally tally = new UsageTally();
      tally.add(Meters.INPUT, input == null ? 0 : input);
      tally.add(Meters.OUTPUT, output == null ? 0 : output);
      tally.add(Meters.IMAGE, images);
      return new Usage(tally.readings(), input, null, null);
    }
  }
}
