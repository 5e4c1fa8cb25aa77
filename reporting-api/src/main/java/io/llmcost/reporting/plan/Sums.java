package io.llmcost.reporting.plan;

import java.math.BigDecimal;

/** Signed sums over entries of one currency; whole counts, and an exact amount. */
public record Sums(
    BigDecimal totalCost,
    long requests,
    long promptTokens,
    long completionTokens,
    long fallbackRequests,
    long unpricedRequests) {

  /** Whether the amount lacks what could not be priced, and so is only a floor. */
  public boolean isFloor() {
    return unpricedRequests > 0;
  }
}
