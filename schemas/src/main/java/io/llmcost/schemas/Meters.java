package io.llmcost.schemas;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Set;

/**
 * What usage is counted in. Meters are disjoint, so cost is the plain sum over them, and a new
 * modality is a new meter rather than a new schema; an unknown meter passes through and is reported
 * unpriced.
 */
public final class Meters {

  public static final String INPUT = "input";
  public static final String INPUT_CACHE_READ = "input_cache_read";
  public static final String INPUT_CACHE_WRITE_5M = "input_cache_write_5m";
  public static final String INPUT_CACHE_WRITE_1H = "input_cache_write_1h";
  public static final String INPUT_AUDIO = "input_audio";
  public static final String INPUT_AUDIO_CACHE_READ = "input_audio_cache_read";
  public static final String INPUT_IMAGE = "input_image";
  public static final String INPUT_IMAGE_CACHE_READ = "input_image_cache_read";
  public static final String OUTPUT = "output";
  public static final String OUTPUT_REASONING = "output_reasoning";
  public static final String OUTPUT_AUDIO = "output_audio";
  public static final String OUTPUT_IMAGE = "output_image";
  public static final String WEB_SEARCH = "web_search";
  public static final String WEB_FETCH = "web_fetch";
  public static final String REQUEST = "request";
  public static final String AUDIO_SECOND = "audio_second";
  public static final String IMAGE = "image";
  public static final String PAGE = "page";
  public static final String CHARACTER = "character";
  public static final String SEARCH_UNIT = "search_unit";

  /** Places after the point of a quantity in the events. */
  public static final int QUANTITY_SCALE = 9;

  private static final Set<String> KNOWN =
      Set.of(
          INPUT,
          INPUT_CACHE_READ,
          INPUT_CACHE_WRITE_5M,
          INPUT_CACHE_WRITE_1H,
          INPUT_AUDIO,
          INPUT_AUDIO_CACHE_READ,
          INPUT_IMAGE,
          INPUT_IMAGE_CACHE_READ,
          OUTPUT,
          OUTPUT_REASONING,
          OUTPUT_AUDIO,
          OUTPUT_IMAGE,
          WEB_SEARCH,
          WEB_FETCH,
          REQUEST,
          AUDIO_SECOND,
          IMAGE,
          PAGE,
          CHARACTER,
          SEARCH_UNIT);

  private Meters() {}

  /** Returns the meters that this version of the contract names. */
  public static Set<String> known() {
    return KNOWN;
  }

  /**
   * Returns whether {@code meter} counts prompt tokens: {@code input} and every {@code input_*}.
   */
  public static boolean isPrompt(String meter) {
    return isOrBelow(meter, INPUT);
  }

  /**
   * Returns whether {@code meter} counts completion tokens: {@code output} and every {@code
   * output_*}.
   */
  public static boolean isCompletion(String meter) {
    return isOrBelow(meter, OUTPUT);
  }

  /** Returns the sum of the prompt meters of {@code usage}, in tokens. */
  public static long promptTokens(Iterable<UsageItem> usage) {
    BigDecimal sum = BigDecimal.ZERO;
    for (UsageItem item : usage) {
      if (isPrompt(item.getMeter())) {
        sum = sum.add(item.getQuantity());
      }
    }
    return tokens(sum);
  }

  /** Returns the sum of the completion meters of {@code usage}, in tokens. */
  public static long completionTokens(Iterable<UsageItem> usage) {
    BigDecimal sum = BigDecimal.ZERO;
    for (UsageItem item : usage) {
      if (isCompletion(item.getMeter())) {
        sum = sum.add(item.getQuantity());
      }
    }
    return tokens(sum);
  }

  /**
   * Returns an item of {@code quantity} tokens, calls or pieces of {@code meter}, served by the
   * event's own model.
   */
  public static UsageItem item(String meter, long quantity) {
    return new UsageItem(meter, BigDecimal.valueOf(quantity).setScale(QUANTITY_SCALE), null);
  }

  private static long tokens(BigDecimal sum) {
    return sum.setScale(0, RoundingMode.HALF_EVEN).longValueExact();
  }

  private static boolean isOrBelow(String meter, String base) {
    return meter.startsWith(base)
        && (meter.length() == base.length() || meter.charAt(base.length()) == '_');
  }
}
