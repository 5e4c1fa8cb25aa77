package io.llmcost.client.provider;

import io.llmcost.schemas.Meters;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads Google's usage metadata: the prompt is gross, what tools put into it and what was thought
 * are beside it. Modalities that have no prices of their own (video, documents) stay plain input.
 */
final class GeminiUsage {
  private static final String AUDIO = "AUDIO";
  private static final String IMAGE = "IMAGE";

  private GeminiUsage() {}

  /** Returns whether {@code usage} counts anything; before a stream's end some only name a tier. */
  static boolean counts(JsonNode usage) {
    return Counts.orNull(usage, "promptTokenCount") != null
        || Counts.orNull(usage, "totalTokenCount") != null;
  }

  /** Returns the usage; one without counts, as of a blocked prompt, used nothing. */
  static Usage read(JsonNode usage, long webSearches) {
    UsageTally tally = new UsageTally();
    long prompt = Counts.of(usage, "promptTokenCount");
    JsonNode prompts = usage.get("promptTokensDetails");
    JsonNode tools = usage.get("toolUsePromptTokensDetails");
    JsonNode cache = usage.get("cacheTokensDetails");
    long cached = Counts.of(usage, "cachedContentTokenCount");
    long cachedAudio = Math.min(of(cache, AUDIO), Math.max(0, cached));
    tally
        .split(Meters.INPUT, prompt + Counts.of(usage, "toolUsePromptTokenCount"))
        .part(Meters.INPUT_CACHE_READ, cached - cachedAudio)
        .part(Meters.INPUT_AUDIO_CACHE_READ, cachedAudio)
        .overlapping(
            Meters.INPUT_AUDIO, Math.max(0, of(prompts, AUDIO) - cachedAudio) + of(tools, AUDIO))
        .overlapping(
            Meters.INPUT_IMAGE,
            Math.max(0, of(prompts, IMAGE) - of(cache, IMAGE)) + of(tools, IMAGE))
        .rest();
    Long live = Counts.orNull(usage, "responseTokenCount");
    JsonNode answers =
        usage.get(live == null ? "candidatesTokensDetails" : "responseTokensDetails");
    long answered = live == null ? Counts.of(usage, "candidatesTokenCount") : live;
    long thought = Counts.of(usage, "thoughtsTokenCount");
    tally
        .split(Meters.OUTPUT, answered + thought)
        .part(Meters.OUTPUT_REASONING, thought)
        .overlapping(Meters.OUTPUT_AUDIO, of(answers, AUDIO))
        .overlapping(Meters.OUTPUT_IMAGE, of(answers, IMAGE))
        .rest();
    tally.add(Meters.WEB_SEARCH, webSearches);
    return new Usage(
        tally.readings(),
        tally.notNegative(prompt),
        null,
        tally.isInconsistent() ? usage.toString() : null);
  }

  private static long of(@Nullable JsonNode details, String modality) {
    long sum = 0;
    if (details != null && details.isArray()) {
      for (JsonNode detail : details) {
        if (modality.equals(Counts.text(detail, "modality"))) {
          sum += Math.max(0, Counts.of(detail, "tokenCount"));
        }
      }
    }
    return sum;
  }
}
