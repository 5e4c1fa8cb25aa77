package io.llmcost.calculator.repricing;

import io.llmcost.calculator.costing.PastEvent;
import io.llmcost.calculator.costing.Recosting;
import io.llmcost.calculator.costing.UsageCorrection;
import io.llmcost.calculator.pricing.PriceBook;
import io.llmcost.schemas.CostLine;
import io.llmcost.schemas.LlmRequestCosted;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides a page of past events: what each of those that are meant should cost. */
final class PageCosting {
  private static final Logger log = LoggerFactory.getLogger(PageCosting.class);

  private final Recosting recosting;

  PageCosting(Recosting recosting) {
    this.recosting = recosting;
  }

  /** An event that was meant, and what becomes of it. */
  record Decided(PastEvent past, Recosting.Outcome outcome) {}

  List<Decided> reprice(UUID id, Selection selection, List<PastEvent> page, PriceBook book) {
    List<Decided> decided = new ArrayList<>(page.size());
    for (PastEvent past : page) {
      if (hasStatus(selection, past)) {
        Recosting.Outcome outcome = guarded(() -> recosting.reprice(past, id, book));
        if (!(outcome instanceof Recosting.Outcome.Changed(LlmRequestCosted target))
            || isPricedBy(selection.priceId(), target)) {
          decided.add(new Decided(past, outcome));
        }
      }
    }
    return decided;
  }

  /** Decides corrections; an event that {@code page} lacks has failed. */
  List<Decided> correct(
      UUID id, List<PastEvent> page, Map<UUID, UsageCorrection> corrections, PriceBook book) {
    List<Decided> decided = new ArrayList<>(page.size());
    for (PastEvent past : page) {
      UsageCorrection correction = corrections.get(past.eventId());
      if (correction != null) {
        decided.add(
            new Decided(past, guarded(() -> recosting.correct(past, id, correction, book))));
      }
    }
    return decided;
  }

  // One event that cannot be costed does not hold up the others.
  private static Recosting.Outcome guarded(Supplier<Recosting.Outcome> costing) {
    try {
      return costing.get();
    } catch (RuntimeException | StackOverflowError e) {
      log.error("an event of the past cannot be costed", e);
      return new Recosting.Outcome.Failed("unexpected: " + e);
    }
  }

  // What this very repricing has changed has another status now, and was meant all the same.
  private static boolean hasStatus(Selection selection, PastEvent past) {
    return past.moved() != null
        || selection.costStatus().isEmpty()
        || selection.costStatus().contains(past.costStatus());
  }

  private static boolean isPricedBy(List<String> priceIds, LlmRequestCosted target) {
    return priceIds.isEmpty()
        || target.getLineItems().stream()
            .map(CostLine::getPriceId)
            .anyMatch(id -> isOneOf(priceIds, id));
  }

  private static boolean isOneOf(List<String> priceIds, @Nullable String id) {
    return id != null && priceIds.contains(id);
  }
}
