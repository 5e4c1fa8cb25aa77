package io.llmcost.calculator.pricing;

/**
 * What a price is for. Two prices of one key never hold at the same time; {@code *} stands for any.
 *
 * @param provider a provider id, lower case, or {@code *}
 * @param serviceTier standard, batch, flex, priority … or {@code *}
 * @param region as the events name it, lower case, or {@code *}
 * @param contextAbove the price holds for requests of more prompt tokens than this; 0 for all. A
 *     cliff: above it every token of the request is charged at this price
 * @param window part of the UTC day
 */
public record PriceKey(
    String provider,
    ModelMatch match,
    String meter,
    String serviceTier,
    String region,
    long contextAbove,
    TimeWindow window) {

  /** The value that stands for any. */
  public static final String ANY = "*";

  public PriceKey {
    if (provider.isBlank() || meter.isBlank() || serviceTier.isBlank() || region.isBlank()) {
      throw new IllegalArgumentException("a key has no blank part");
    }
    if (contextAbove < 0) {
      throw new IllegalArgumentException("context_above is negative: " + contextAbove);
    }
  }
}
