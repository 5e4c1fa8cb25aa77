package io.llmcost.recorder.ledger;

import io.llmcost.schemas.Statuses;
import java.math.BigDecimal;

/** What a batch adds to one rollup row. */
public final class RollupRow {
  private final RollupKey key;
  private long requests;
  private long succeeded;
  private long failed;
  private long cancelled;
  private long fallbackRequests;
  private long unpricedRequests;
  private long promptTokens;
  private long completionTokens;
  private BigDecimal totalCost = Amounts.ZERO.totalCost();
  private BigDecimal promptCost = Amounts.ZERO.promptCost();
  private BigDecimal completionCost = Amounts.ZERO.completionCost();

  RollupRow(RollupKey key) {
    this.key = key;
  }

  void add(String status, Amounts amounts) {
    requests += amounts.requests();
    switch (status) {
      case Statuses.SUCCEEDED -> succeeded += amounts.requests();
      case Statuses.FAILED -> failed += amounts.requests();
      case Statuses.CANCELLED -> cancelled += amounts.requests();
      default -> throw new IllegalArgumentException("unknown status " + status);
    }
    fallbackRequests += amounts.fallbackRequests();
    unpricedRequests += amounts.unpricedRequests();
    promptTokens = Math.addExact(promptTokens, amounts.promptTokens());
    completionTokens = Math.addExact(completionTokens, amounts.completionTokens());
    totalCost = totalCost.add(amounts.totalCost());
    promptCost = promptCost.add(amounts.promptCost());
    completionCost = completionCost.add(amounts.completionCost());
  }

  public RollupKey key() {
    return key;
  }

  public long requests() {
    return requests;
  }

  public long succeeded() {
    return succeeded;
  }

  public long failed() {
    return failed;
  }

  public long cancelled() {
    return cancelled;
  }

  public long fallbackRequests() {
    return fallbackRequests;
  }

  public long unpricedRequests() {
    return unpricedRequests;
  }

  public long promptTokens() {
    return promptTokens;
  }

  public long completionTokens() {
    return completionTokens;
  }

  public BigDecimal totalCost() {
    return totalCost;
  }

  public BigDecimal promptCost() {
    return promptCost;
  }

  public BigDecimal completionCost() {
    return completionCost;
  }
}
