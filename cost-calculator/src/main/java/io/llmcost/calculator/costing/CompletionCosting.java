package io.llmcost.calculator.costing;

import io.llmcost.calculator.pricing.PriceBook;
import io.llmcost.calculator.pricing.PricedLine;
import io.llmcost.calculator.pricing.Pricer;
import io.llmcost.calculator.pricing.PricingQuestion;
import io.llmcost.calculator.pricing.Rate;
import io.llmcost.schemas.CompletionDigests;
import io.llmcost.schemas.CostLine;
import io.llmcost.schemas.CostStatuses;
import io.llmcost.schemas.EventIds;
import io.llmcost.schemas.EventRules;
import io.llmcost.schemas.LlmRequestCompleted;
import io.llmcost.schemas.LlmRequestCosted;
import io.llmcost.schemas.Meters;
import io.llmcost.schemas.Statuses;
import io.llmcost.schemas.UsageItem;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes a completed event and the price book, and decides what becomes of it: a costed event, the
 * original of which has a UUIDv7 for an id from here on, or the reasons why it is none.
 */
public final class CompletionCosting {

  private final Clock clock;

  public CompletionCosting(Clock clock) {
    this.clock = clock;
  }

  /** What becomes of an event. */
  public sealed interface Outcome {

    /** It was priced: the event for {@code llm.request.costed}. */
    record Costed(LlmRequestCosted event) implements Outcome {}

    /** It breaks the rules of the contract: a dead letter. */
    record Refused(List<EventRules.Violation> violations) implements Outcome {
      public Refused {
        violations = List.copyOf(violations);
      }
    }
  }

  /** Decides {@code completed}, which this may change: its id is normalised in place. */
  public Outcome cost(LlmRequestCompleted completed, PriceBook book) {
    Instant now = clock.instant();
    List<EventRules.Violation> violations = EventRules.violations(completed, now);
    if (!violations.isEmpty()) {
      return new Outcome.Refused(violations);
    }
    normaliseIdentity(completed);
    List<PricedLine> lines = Pricer.price(book, question(completed));
    return new Outcome.Costed(costed(completed, lines, book, now));
  }

  private static void normaliseIdentity(LlmRequestCompleted completed) {
    EventIds.Identity identity =
        EventIds.normalise(
            completed.getEventId(), completed.getOccurredAt(), completed.getSource());
    completed.setEventId(identity.eventId());
    if (identity.externalId() != null) {
      completed.setExternalId(identity.externalId());
    }
  }

  private static PricingQuestion question(LlmRequestCompleted completed) {
    return new PricingQuestion(
        completed.getProvider(),
        blankToNull(completed.getModel()),
        blankToNull(completed.getModelRequested()),
        completed.getServiceTier(),
        completed.getRegion(),
        completed.getOccurredAt(),
        completed.getContextTokens(),
        completed.getUsage());
  }

  private static LlmRequestCosted costed(
      LlmRequestCompleted completed, List<PricedLine> lines, PriceBook book, Instant now) {
    BigDecimal total = PricedLine.ZERO;
    BigDecimal prompt = PricedLine.ZERO;
    BigDecimal completion = PricedLine.ZERO;
    String status = statusWithoutLines(completed, lines);
    List<CostLine> costLines = new ArrayList<>(lines.size());
    for (PricedLine line : lines) {
      CostLine costLine = costLine(line);
      costLines.add(costLine);
      status = CostStatuses.worse(status, costLine.getStatus());
      total = total.add(line.amount());
      if (Meters.isPrompt(costLine.getMeter())) {
        prompt = prompt.add(line.amount());
      } else if (Meters.isCompletion(costLine.getMeter())) {
        completion = completion.add(line.amount());
      }
    }
    return LlmRequestCosted.newBuilder()
        .setCompleted(completed)
        .setCompletionDigest(CompletionDigests.of(completed))
        .setPriceBookVersion(book.version())
        .setCostStatus(status)
        .setCurrency(book.currency())
        .setTotalCost(total)
        .setPromptCost(prompt)
        .setCompletionCost(completion)
        .setLineItems(costLines)
        .setCostedAt(now.truncatedTo(ChronoUnit.MICROS))
        .build();
  }

  // A call that succeeded used something: without usage its cost is unknown. Others cost nothing.
  private static String statusWithoutLines(LlmRequestCompleted completed, List<PricedLine> lines) {
    return lines.isEmpty() && completed.getStatus().equals(Statuses.SUCCEEDED)
        ? CostStatuses.UNPRICED
        : CostStatuses.FREE;
  }

  private static CostLine costLine(PricedLine line) {
    return switch (line) {
      case PricedLine.Priced priced -> costLine(priced, CostStatuses.PRICED, priced.rate());
      case PricedLine.Fallback fallback ->
          costLine(fallback, CostStatuses.FALLBACK, fallback.rate());
      case PricedLine.Free free -> costLine(free, CostStatuses.FREE, free.rate());
      case PricedLine.Unpriced unpriced -> costLine(unpriced, CostStatuses.UNPRICED, null);
    };
  }

  private static CostLine costLine(PricedLine line, String status, @Nullable Rate rate) {
    UsageItem item = line.item();
    CostLine costLine = new CostLine();
    costLine.setMeter(item.getMeter());
    costLine.setQuantity(item.getQuantity());
    costLine.setModel(item.getModel());
    costLine.setStatus(status);
    costLine.setAmount(line.amount());
    if (rate != null) {
      costLine.setUnitPrice(rate.unitPrice());
      costLine.setUnit(rate.unit());
      costLine.setPriceId(rate.priceId());
      costLine.setRateSubstituted(!rate.meter().equals(item.getMeter()));
    }
    return costLine;
  }

  private static @Nullable String blankToNull(@Nullable String name) {
    return name == null || name.isBlank() ? null : name;
  }
}
