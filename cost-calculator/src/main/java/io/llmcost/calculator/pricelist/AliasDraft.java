package io.llmcost.calculator.pricelist;

/**
 * Names that are priced as another model, as a list states it: text, nothing checked.
 *
 * @param match exact, prefix or pattern
 * @param name the name, beginning or expression
 * @param model the model whose exact prices they take
 */
public record AliasDraft(
    String provider,
    String match,
    String name,
    String model,
    String source,
    String sourceDate,
    String description) {}
