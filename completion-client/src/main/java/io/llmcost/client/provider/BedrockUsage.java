package io.llmcost.client.provider;

import io.llmcost.schemas.Meters;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads the counts that Bedrock itself tells: input excludes the cache, output holds reasoning. */
final class BedrockUsage {
  private static final String HEADER = "x-amzn-bedrock-";

  private BedrockUsage() {}

  /** Returns the usage of a Converse answer, or null where {@code usage} counts no tokens. */
  static @Nullable Usage converse(JsonNode usage) {
    // The same count comes under two names, which must not be added.
    Long read = Counts.orNull(usage, "cacheReadInputTokens");
    Long written = Counts.orNull(usage, "cacheWriteInputTokens");
    return usage(
        Counts.orNull(usage, "inputTokens"),
        Counts.orNull(usage, "outputTokens"),
        read == null ? Counts.orNull(usage, "cacheReadInputTokenCount") : read,
        written == null ? Counts.orNull(usage, "cacheWriteInputTokenCount") : written,
        ofOneHour(usage.get("cacheDetails")),
        usage);
  }

  /** Returns the usage in the metrics that close a stream of InvokeModel. */
  static @Nullable Usage metrics(JsonNode metrics) {
    return usage(
        Counts.orNull(metrics, "inputTokenCount"),
        Counts.orNull(metrics, "outputTokenCount"),
        Counts.orNull(metrics, "cacheReadInputTokenCount"),
        Counts.orNull(metrics, "cacheWriteInputTokenCount"),
        0,
        metrics);
  }

  /** Returns the usage that the head of an answer of InvokeModel tells, or null. */
  static @Nullable Usage headers(AnswerHead head) {
    return usage(
        count(head, "input-token-count"),
        count(head, "output-token-count"),
        count(head, "cache-read-input-token-count"),
        count(head, "cache-write-input-token-count"),
        0,
        null);
  }

  private static @Nullable Long count(AnswerHead head, String name) {
    String value = head.headers().apply(HEADER + name);
    try {
      return value == null ? null : Long.valueOf(value.strip());
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static long ofOneHour(@Nullable JsonNode details) {
    long sum = 0;
    if (details != null && details.isArray()) {
      for (JsonNode detail : details) {
        sum += "1h".equals(Counts.text(detail, "ttl")) ? Counts.of(detail, "inputTokens") : 0;
      }
    }
    return sum;
  }

  private static @Nullable Usage usage(
      @Nullable Long input,
      @Nullable Long output,
      @Nullable Long read,
      @Nullable Long written,
      long writtenForAnHour,
      @Nullable JsonNode reported) {
    if (input == null && output == null) {
      return null;
    }
    UsageTally tally = new UsageTally();
    long fresh = tally.notNegative(input == null ? 0 : input);
    long cacheRead = tally.notNegative(read == null ? 0 : read);
    long cacheWritten = tally.notNegative(written == null ? 0 : written);
    tally.add(Meters.INPUT, fresh);
    tally.add(Meters.INPUT_CACHE_READ, cacheRead);
    tally
        .split(Meters.INPUT_CACHE_WRITE_5M, cacheWritten)
        .part(Meters.INPUT_CACHE_WRITE_1H, writtenForAnHour)
        .rest();
    tally.add(Meters.OUTPUT, output == null ? 0 : output);
    return new Usage(
        tally.readings(),
        fresh + cacheRead + cacheWritten,
        null,
        tally.isInconsistent() && reported != null ? reported.toString() : null);
  }
}
