package io.llmcost.calculator.estimate;

import io.llmcost.calculator.pricing.PriceBook;
import io.llmcost.calculator.pricing.PricedLine;
import io.llmcost.calculator.pricing.Pricer;
import io.llmcost.calculator.pricing.PricingQuestion;
import io.llmcost.schemas.CostStatuses;
import io.llmcost.schemas.Meters;
import java.math.BigDecimal;
import java.util.List;

/**
 * What a call comes to by a book: its lines, and their sums.
 *
 * @param status the worst line's
 * @param total the sum of the lines, which also have what is neither prompt nor completion
 */
record Estimate(
    List<PricedLine> lines,
    String status,
    BigDecimal total,
    BigDecimal prompt,
    BigDecimal completion) {

  /** Prices {@code question} by {@code book}, as the event of such a call would be. */
  static Estimate of(PriceBook book, PricingQuestion question) {
    List<PricedLine> lines = Pricer.price(book, question);
    String status = CostStatuses.FREE;
    BigDecimal total = PricedLine.ZERO;
    BigDecimal prompt = PricedLine.ZERO;
    BigDecimal completion = PricedLine.ZERO;
    for (PricedLine line : lines) {
      status = CostStatuses.worse(status, status(line));
      total = total.add(line.amount());
      if (Meters.isPrompt(line.item().getMeter())) {
        prompt = prompt.add(line.amount());
      } else if (Meters.isCompletion(line.item().getMeter())) {
        completion = completion.add(line.amount());
      }
    }
    return new Estimate(lines, status, total, prompt, completion);
  }

  static String status(PricedLine line) {
    return switch (line) {
      case PricedLine.Priced _ -> CostStatuses.PRICED;
      case PricedLine.Fallback _ -> CostStatuses.FALLBACK;
      case PricedLine.Free _ -> CostStatuses.FREE;
      case PricedLine.Unpriced _ -> CostStatuses.UNPRICED;
    };
  }
}
