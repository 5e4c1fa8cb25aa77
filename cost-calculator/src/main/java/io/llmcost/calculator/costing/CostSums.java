package io.llmcost.calculator.costing;

import io.llmcost.schemas.CostStatuses;
import io.llmcost.schemas.LlmRequestCosted;
import io.llmcost.schemas.Meters;
import java.math.BigDecimal;

/** What the ledger adds up of an event: counts, tokens, and money in the ledger's currency. */
public record CostSums(
    int requests,
    int fallbackRequests,
    int unpricedRequests,
    long promptTokens,
    long completionTokens,
    BigDecimal totalCost,
    BigDecimal promptCost,
    BigDecimal completionCost) {

  /** Returns what {@code target} would have the ledger say of its event. */
  static CostSums of(LlmRequestCosted target) {
    String status = target.getCostStatus();
    return new CostSums(
        status.equals(CostStatuses.VOID) ? 0 : 1,
        status.equals(CostStatuses.FALLBACK) ? 1 : 0,
        status.equals(CostStatuses.UNPRICED) ? 1 : 0,
        Meters.promptTokens(target.getCompleted().getUsage()),
        Meters.completionTokens(target.getCompleted().getUsage()),
        target.getTotalCost(),
        target.getPromptCost(),
        target.getCompletionCost());
  }

  /** Returns whether the ledger would write nothing for the difference; scales do not matter. */
  boolean isSameAs(CostSums other) {
    return requests == other.requests
        && fallbackRequests == other.fallbackRequests
        && unpricedRequests == other.unpricedRequests
        && promptTokens == other.promptTokens
        && completionTokens == other.completionTokens
        && totalCost.compareTo(other.totalCost) == 0
        && promptCost.compareTo(other.promptCost) == 0
        && completionCost.compareTo(other.completionCost) == 0;
  }
}
