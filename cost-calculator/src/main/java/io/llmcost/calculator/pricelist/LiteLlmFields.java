package io.llmcost.calculator.pricelist;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What LiteLLM's fields count: a base name, and behind it a threshold ({@code _above_200k_tokens}),
 * a tier ({@code _batches}, {@code _flex}, {@code _priority}), or both.
 */
final class LiteLlmFields {

  private static final Pattern BEHIND =
      Pattern.compile("(.+?)(?:_above_(\\d+)k_tokens)?(?:_(batches|flex|priority))?");

  private static final Map<String, String> TOKENS =
      Map.ofEntries(
          Map.entry("input_cost_per_token", "input"),
          Map.entry("output_cost_per_token", "output"),
          Map.entry("output_cost_per_reasoning_token", "output_reasoning"),
          Map.entry("cache_read_input_token_cost", "input_cache_read"),
          Map.entry("input_cost_per_token_cache_hit", "input_cache_read"),
          Map.entry("cache_creation_input_token_cost", "input_cache_write_5m"),
          Map.entry("cache_creation_input_token_cost_above_1hr", "input_cache_write_1h"),
          Map.entry("input_cost_per_audio_token", "input_audio"),
          Map.entry("cache_read_input_audio_token_cost", "input_audio_cache_read"),
          Map.entry("output_cost_per_audio_token", "output_audio"),
          Map.entry("input_cost_per_image_token", "input_image"),
          Map.entry("output_cost_per_image_token", "output_image"));

  private LiteLlmFields() {}

  /**
   * A field of rates for tokens.
   *
   * @param tier null for any
   */
  record TokenField(String meter, @Nullable String tier, long contextAbove) {}

  /**
   * Returns what {@code field} says, or null where it is no rate for tokens that a meter counts.
   */
  static @Nullable TokenField tokens(String field) {
    Matcher parts = BEHIND.matcher(field);
    if (!parts.matches()) {
      return null;
    }
    String meter = TOKENS.get(parts.group(1));
    if (meter == null) {
      return null;
    }
    String tier = parts.group(3);
    long above = parts.group(2) == null ? 0 : Long.parseLong(parts.group(2)) * 1_000;
    return new TokenField(meter, "batches".equals(tier) ? "batch" : tier, above);
  }

  /** Returns whether a field of this name is a price of some kind. */
  static boolean isPrice(String field) {
    return field.contains("cost") || field.equals("tiered_pricing");
  }
}
