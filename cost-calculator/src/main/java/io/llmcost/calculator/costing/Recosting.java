package io.llmcost.calculator.costing;

import io.llmcost.calculator.pricing.PriceBook;
import io.llmcost.schemas.CostStatuses;
import io.llmcost.schemas.EventRules;
import io.llmcost.schemas.LlmRequestCompleted;
import io.llmcost.schemas.LlmRequestCosted;
import io.llmcost.schemas.Meters;
import io.llmcost.schemas.UsageItem;
import io.llmcost.schemas.UsageSources;
import java.math.BigDecimal;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Costs an event of the past anew: gives the full target costing, of which the ledger writes the
 * difference to what it has, or says that nothing would move.
 */
public final class Recosting {

  private final CompletionCosting costing;

  public Recosting(CompletionCosting costing) {
    this.costing = costing;
  }

  /** What becomes of an event of the past. */
  public sealed interface Outcome {

    /** The ledger would write something: {@code target} is for {@code llm.request.costed}. */
    record Changed(LlmRequestCosted target) implements Outcome {}

    /** It costs what it costs. */
    record Unchanged() implements Outcome {}

    /** The ledger has this very repricing of it; it is not sent again. */
    record Done(BigDecimal moved) implements Outcome {}

    /** It cannot be costed. */
    record Failed(String reason) implements Outcome {}
  }

  /** Prices the usage of {@code past} as it stands by {@code book}. */
  public Outcome reprice(PastEvent past, UUID repricingId, PriceBook book) {
    if (past.moved() != null) {
      return new Outcome.Done(past.moved());
    }
    if (past.costStatus().equals(CostStatuses.VOID)) {
      return new Outcome.Unchanged();
    }
    return switch (costing.cost(past.completed(), book)) {
      case CompletionCosting.Outcome.Refused refused -> failed(refused.violations());
      case CompletionCosting.Outcome.Costed(LlmRequestCosted target) -> {
        target.setRepricingId(repricingId.toString());
        yield CostSums.of(target).isSameAs(past.current())
            ? new Outcome.Unchanged()
            : new Outcome.Changed(target);
      }
    };
  }

  /** Gives {@code past} other usage, priced by {@code book}. */
  public Outcome correct(
      PastEvent past, UUID repricingId, UsageCorrection correction, PriceBook book) {
    if (past.moved() != null) {
      return new Outcome.Done(past.moved());
    }
    if (!past.digest().equals(correction.basis())) {
      return new Outcome.Failed(
          "usage: it was corrected or replaced since; look at it again and correct what is there");
    }
    return switch (costing.cost(corrected(past.completed(), correction), book)) {
      case CompletionCosting.Outcome.Refused refused -> failed(refused.violations());
      case CompletionCosting.Outcome.Costed(LlmRequestCosted target) -> {
        target.setRepricingId(repricingId.toString());
        target.setCorrects(correction.basis());
        if (correction.usage() == null) {
          target.setCostStatus(CostStatuses.VOID);
        }
        boolean same =
            target.getCompletionDigest().equals(past.digest())
                && CostSums.of(target).isSameAs(past.current());
        yield same ? new Outcome.Unchanged() : new Outcome.Changed(target);
      }
    };
  }

  private static LlmRequestCompleted corrected(
      LlmRequestCompleted completed, UsageCorrection correction) {
    List<UsageItem> usage = correction.usage();
    LlmRequestCompleted changed = LlmRequestCompleted.newBuilder(completed).build();
    changed.setUsageInconsistent(false);
    if (usage == null) {
      changed.setUsage(List.of());
      changed.setUsageSource(UsageSources.NONE);
      changed.setContextTokens(null);
    } else {
      changed.setUsage(usage);
      changed.setContextTokens(contextTokens(completed, correction, usage));
      if (completed.getUsageSource().equals(UsageSources.NONE)) {
        changed.setUsageSource(UsageSources.PROVIDER);
      }
    }
    return changed;
  }

  // The largest prompt is still what it was where the prompts are; else the gross input stands in.
  private static @Nullable Long contextTokens(
      LlmRequestCompleted completed, UsageCorrection correction, List<UsageItem> usage) {
    if (correction.contextTokens() != null) {
      return correction.contextTokens();
    }
    boolean samePrompts = Meters.promptTokens(usage) == Meters.promptTokens(completed.getUsage());
    return samePrompts ? completed.getContextTokens() : null;
  }

  private static Outcome failed(List<EventRules.Violation> violations) {
    return new Outcome.Failed(
        violations.stream()
            .map(violation -> violation.field() + ": " + violation.reason())
            .collect(Collectors.joining("; ")));
  }
}
