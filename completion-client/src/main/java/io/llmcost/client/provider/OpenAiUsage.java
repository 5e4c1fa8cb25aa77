package io.llmcost.client.provider;

import io.llmcost.schemas.Meters;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads the usage object of OpenAI's APIs and of the many servers that speak like them: {@code
 * prompt_tokens} or {@code input_tokens}, gross, with the cached ones among them.
 */
final class OpenAiUsage {
  private static final BigDecimal TICKS_PER_USD = BigDecimal.valueOf(10_000_000_000L);
  private static final int COST_SCALE = 18;

  /** Where reasoning tokens are counted. */
  enum Reasoning {
    /** Within the output tokens, as OpenAI does. */
    IN_OUTPUT,
    /** Beside them: xAI's chat completions, Perplexity. */
    BESIDE_OUTPUT,
    /** Beside them, told by the total alone: Gemini's compatible endpoint. */
    IN_TOTAL_ONLY
  }

  private OpenAiUsage() {}

  /** Returns the usage, or null where {@code usage} counts no tokens at all. */
  static @Nullable Usage read(JsonNode usage, Reasoning reasoning, long webSearches) {
    return read(usage, reasoning, webSearches, Meters.OUTPUT);
  }

  /**
   * Returns the usage, or null where {@code usage} counts no tokens at all.
   *
   * @param outputMeter of output tokens that the usage says nothing more of
   */
  static @Nullable Usage read(
      JsonNode usage, Reasoning reasoning, long webSearches, String outputMeter) {
    Long total = Counts.orNull(usage, "total_tokens");
    Long prompt = either(usage, "prompt_tokens", "input_tokens");
    Long completion = either(usage, "completion_tokens", "output_tokens");
    if (prompt == null && completion == null && total == null) {
      return null;
    }
    long in = prompt != null ? prompt : total == null || completion != null ? 0 : total;
    long out = completion == null ? 0 : completion;
    UsageTally tally = new UsageTally();
    input(tally, usage, in);
    JsonNode written =
        object(usage, "completion_tokens_details", "output_tokens_details", "output_token_details");
    long thought = reasoningTokens(usage, written, reasoning, in, out, total);
    tally
        .split(outputMeter, reasoning == Reasoning.IN_OUTPUT ? out : out + thought)
        .part(Meters.OUTPUT_REASONING, thought)
        .part(Meters.OUTPUT_AUDIO, Counts.of(written, "audio_tokens"))
        .overlapping(Meters.OUTPUT_IMAGE, Counts.of(written, "image_tokens"))
        .overlapping(
            Meters.OUTPUT,
            outputMeter.equals(Meters.OUTPUT) ? 0 : Counts.of(written, "text_tokens"))
        .rest();
    BigDecimal audioSeconds = Counts.numberOrNull(usage.get("prompt_audio_seconds"));
    if (audioSeconds != null) {
      tally.add(Meters.AUDIO_SECOND, audioSeconds);
    }
    JsonNode tools = object(usage, "server_tool_use", "server_tool_use_details");
    long searches =
        webSearches
            + Counts.of(tools, "web_search_requests")
            + Counts.of(usage, "num_search_queries");
    tally.add(Meters.WEB_SEARCH, searches);
    return new Usage(
        tally.readings(),
        searches > 0 ? null : tally.notNegative(in),
        cost(usage),
        tally.isInconsistent() ? usage.toString() : null);
  }

  // What is cached is text, audio or image as well; some say which, and price it by that.
  private static void input(UsageTally tally, JsonNode usage, long in) {
    JsonNode read =
        object(usage, "prompt_tokens_details", "input_tokens_details", "input_token_details");
    JsonNode cached = Counts.object(read, "cached_tokens_details");
    long cachedAudio = Counts.of(cached, "audio_tokens");
    long cachedImage = Counts.of(cached, "image_tokens");
    long image = Counts.of(read, "image_tokens") + Counts.of(usage, "prompt_image_tokens");
    GrossSplit split =
        tally
            .split(Meters.INPUT, in + Counts.of(usage, "citation_tokens"))
            .part(
                Meters.INPUT_CACHE_READ,
                Math.max(0, cacheRead(usage, read) - cachedAudio - cachedImage))
            .part(Meters.INPUT_AUDIO_CACHE_READ, cachedAudio)
            .part(Meters.INPUT_IMAGE_CACHE_READ, cachedImage)
            .part(Meters.INPUT_CACHE_WRITE_5M, Counts.of(read, "cache_write_tokens"));
    split
        .overlapping(Meters.INPUT_AUDIO, Math.max(0, Counts.of(read, "audio_tokens") - cachedAudio))
        .overlapping(Meters.INPUT_IMAGE, Math.max(0, image - cachedImage))
        .rest();
  }

  // Each provider tells its cache reads in one of these places, or in two of them alike.
  private static long cacheRead(JsonNode usage, @Nullable JsonNode details) {
    Long cached = Counts.orNull(details, "cached_tokens");
    for (String name :
        new String[] {
          "num_cached_tokens",
          "prompt_cache_hit_tokens",
          "cached_tokens",
          "cached_prompt_text_tokens"
        }) {
      cached = cached == null ? Counts.orNull(usage, name) : cached;
    }
    return cached == null ? 0 : cached;
  }

  private static long reasoningTokens(
      JsonNode usage,
      @Nullable JsonNode details,
      Reasoning reasoning,
      long in,
      long out,
      @Nullable Long total) {
    if (reasoning == Reasoning.IN_TOTAL_ONLY) {
      return total == null ? 0 : Math.max(0, total - in - out);
    }
    Long told = Counts.orNull(details, "reasoning_tokens");
    return told == null ? Counts.of(usage, "reasoning_tokens") : told;
  }

  private static @Nullable ProviderCost cost(JsonNode usage) {
    BigDecimal ticks = Counts.numberOrNull(usage.get("cost_in_usd_ticks"));
    if (ticks != null) {
      return cost(ticks.divide(TICKS_PER_USD));
    }
    JsonNode cost = usage.get("cost");
    if (cost != null && cost.isObject()) {
      return cost(Counts.numberOrNull(cost.get("total_cost")));
    }
    JsonNode ownKey = usage.get("is_byok");
    JsonNode details = Counts.object(usage, "cost_details");
    if (ownKey != null && ownKey.isBoolean() && ownKey.booleanValue() && details != null) {
      return cost(Counts.numberOrNull(details.get("upstream_inference_cost")));
    }
    return cost(Counts.numberOrNull(cost));
  }

  private static @Nullable ProviderCost cost(@Nullable BigDecimal usd) {
    return usd == null || usd.signum() < 0 || usd.precision() - usd.scale() > COST_SCALE
        ? null
        : new ProviderCost(usd, "USD");
  }

  private static @Nullable Long either(JsonNode usage, String name, String other) {
    Long count = Counts.orNull(usage, name);
    return count == null ? Counts.orNull(usage, other) : count;
  }

  private static @Nullable JsonNode object(JsonNode usage, String... names) {
    for (String name : names) {
      JsonNode object = Counts.object(usage, name);
      if (object != null) {
        return object;
      }
    }
    return null;
  }
}
