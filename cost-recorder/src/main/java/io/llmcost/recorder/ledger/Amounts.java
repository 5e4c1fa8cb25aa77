package io.llmcost.recorder.ledger;

import java.math.BigDecimal;

/**
 * The signed sums that a ledger row carries: counts, tokens, and money in the ledger's currency at
 * 18 places. An original's are what it used; a revision's are target − current.
 */
public record Amounts(
    int requests,
    int fallbackRequests,
    int unpricedRequests,
    long promptTokens,
    long completionTokens,
    BigDecimal totalCost,
    BigDecimal promptCost,
    BigDecimal completionCost) {

  /** Places after the point of every amount. */
  public static final int SCALE = 18;

  private static final BigDecimal NO_MONEY = BigDecimal.ZERO.setScale(SCALE);

  public static final Amounts ZERO = new Amounts(0, 0, 0, 0, 0, NO_MONEY, NO_MONEY, NO_MONEY);

  public Amounts plus(Amounts other) {
    return new Amounts(
        requests + other.requests,
        fallbackRequests + other.fallbackRequests,
        unpricedRequests + other.unpricedRequests,
        Math.addExact(promptTokens, other.promptTokens),
        Math.addExact(completionTokens, other.completionTokens),
        totalCost.add(other.totalCost),
        promptCost.add(other.promptCost),
        completionCost.add(other.completionCost));
  }

  public Amounts minus(Amounts other) {
    return new Amounts(
        requests - other.requests,
        fallbackRequests - other.fallbackRequests,
        unpricedRequests - other.unpricedRequests,
        Math.subtractExact(promptTokens, other.promptTokens),
        Math.subtractExact(completionTokens, other.completionTokens),
        totalCost.subtract(other.totalCost),
        promptCost.subtract(other.promptCost),
        completionCost.subtract(other.completionCost));
  }

  /** Returns whether adding this to anything changes nothing. */
  public boolean isZero() {
    return requests == 0
        && fallbackRequests == 0
        && unpricedRequests == 0
        && promptTokens == 0
        && completionTokens == 0
        && totalCost.signum() == 0
        && promptCost.signum() == 0
        && completionCost.signum() == 0;
  }
}
