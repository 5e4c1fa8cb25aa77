package io.llmcost.calculator.pricing;

/**
 * Names that are priced as another model.
 *
 * @param match the names: exact, prefix or pattern
 * @param model the model whose exact prices they take
 */
public record Alias(String provider, ModelMatch match, String model, EffectiveRange effective) {
  public Alias {
    if (match.kind() == ModelMatch.Kind.DEFAULT) {
      throw new IllegalArgumentException("an alias is exact, a prefix or a pattern");
    }
  }
}
