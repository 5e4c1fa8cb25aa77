package io.llmcost.recorder.ledger;

import io.llmcost.recorder.Costed;
import io.llmcost.recorder.EventBody;
import io.llmcost.schemas.CompletionDigests;
import io.llmcost.schemas.CostStatuses;
import io.llmcost.schemas.LlmRequestCosted;
import io.llmcost.schemas.UsageSources;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** Costed events as the core reads them. */
final class Readings {
  private static final BigDecimal ZERO = BigDecimal.ZERO.setScale(18);

  private Readings() {}

  static Costing costing(Costed costed) {
    return read(costed.event(), costed.at());
  }

  /** The costing of {@code target} as a correction of the usage of {@code base}. */
  static Costing correction(Costed target, Costed base) {
    return read(correctionEvent(target, base), target.at());
  }

  /** The same that takes {@code base} back. */
  static Costing voidOf(Costed base, UUID id) {
    LlmRequestCosted event = correctionEvent(base.repricedBy(id), base);
    event.getCompleted().setUsage(List.of());
    event.getCompleted().setUsageSource(UsageSources.NONE);
    event.setCompletionDigest(CompletionDigests.of(event.getCompleted()));
    event.setCostStatus(CostStatuses.VOID);
    event.setLineItems(List.of());
    event.setTotalCost(ZERO);
    event.setPromptCost(ZERO);
    event.setCompletionCost(ZERO);
    return read(event, base.at());
  }

  private static LlmRequestCosted correctionEvent(Costed target, Costed base) {
    LlmRequestCosted event = target.event();
    event.setCorrects(base.event().getCompletionDigest());
    return event;
  }

  private static Costing read(LlmRequestCosted event, Instant now) {
    return switch (CostingRules.read(event, 3, now, EventBody::of)) {
      case Costing costing -> costing;
      case Refusal refusal -> throw new AssertionError(refusal.message());
    };
  }
}
