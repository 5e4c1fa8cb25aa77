package io.llmcost.recorder.ledger;

import io.llmcost.schemas.CostLine;
import io.llmcost.schemas.CostStatuses;
import io.llmcost.schemas.EventIds;
import io.llmcost.schemas.EventRules;
import io.llmcost.schemas.LlmRequestCompleted;
import io.llmcost.schemas.LlmRequestCosted;
import io.llmcost.schemas.Meters;
import io.llmcost.schemas.ReportedCost;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads a decoded costed event: a {@link Costing} where it keeps every rule of the contract, else a
 * {@link Refusal} that names the field. Whatever PostgreSQL would refuse is refused here, before a
 * batch is lost to it.
 */
public final class CostingRules {

  /** Largest amount of one event, in the ledger's currency: beyond it a price is a fault. */
  static final BigDecimal MAX_AMOUNT = new BigDecimal("1000000000000");

  private static final int CURRENCY_LENGTH = 3;

  private CostingRules() {}

  /**
   * Reads an event.
   *
   * @param shard the share of the rollups that its consumer alone adds to
   * @param bodies makes what the store needs of it
   */
  public static Reading read(LlmRequestCosted event, int shard, Instant now, Body.Maker bodies) {
    List<EventRules.Violation> violations = EventRules.violations(event.getCompleted(), now);
    if (!violations.isEmpty()) {
      EventRules.Violation first = violations.getFirst();
      return invalid("completed." + first.field(), first.reason());
    }
    UUID eventId = uuid(event.getCompleted().getEventId());
    Refusal refusal = identity(event, eventId);
    if (refusal == null) {
      refusal = costs(event);
    }
    if (refusal == null) {
      refusal = lines(event);
    }
    if (refusal != null || eventId == null) {
      return refusal == null ? invalid("completed.event_id", "is no UUID") : refusal;
    }
    String repricingId = event.getRepricingId();
    Amounts amounts = amounts(event);
    return new Costing(
        eventId,
        Month.of(eventId),
        repricingId == null ? null : uuid(repricingId),
        event.getCompletionDigest(),
        event.getCorrects(),
        event.getCompleted().getUsageSource(),
        event.getCompleted().getStatus(),
        RollupKey.of(event, shard),
        amounts,
        bodies.of(eventId, amounts, event));
  }

  private static @Nullable Refusal identity(LlmRequestCosted event, @Nullable UUID eventId) {
    LlmRequestCompleted completed = event.getCompleted();
    if (eventId == null || eventId.version() != 7 || eventId.variant() != 2) {
      return invalid("completed.event_id", "'" + completed.getEventId() + "' is no UUIDv7");
    }
    Duration apart = Duration.between(EventIds.timeOf(eventId), completed.getOccurredAt()).abs();
    if (apart.compareTo(EventIds.TOLERANCE) > 0) {
      return invalid(
          "completed.event_id",
          "its time is "
              + apart.toDays()
              + " days from occurred_at; at most "
              + EventIds.TOLERANCE.toDays());
    }
    String repricingId = event.getRepricingId();
    if (repricingId != null && uuid(repricingId) == null) {
      return invalid("repricing_id", "'" + repricingId + "' is no UUID");
    }
    if (repricingId == null && event.getCorrects() != null) {
      return invalid("repricing_id", "is required of a correction");
    }
    return null;
  }

  private static @Nullable Refusal costs(LlmRequestCosted event) {
    if (isVoid(event)) {
      if (event.getCorrects() == null
          || !event.getLineItems().isEmpty()
          || !event.getCompleted().getUsage().isEmpty()) {
        return invalid(
            "cost_status", "VOID is a correction's alone, and has no usage and no lines");
      }
    } else if (!CostStatuses.worstFirst().contains(event.getCostStatus())) {
      return invalid("cost_status", "'" + event.getCostStatus() + "' is unknown");
    }
    String currency = event.getCurrency();
    if (currency.length() != CURRENCY_LENGTH
        || !currency.chars().allMatch(c -> c >= 'A' && c <= 'Z')) {
      return invalid("currency", "is no ISO 4217 code");
    }
    if (event.getPriceBookVersion() < 0) {
      return invalid("price_book_version", event.getPriceBookVersion() + " is negative");
    }
    ReportedCost reported = event.getCompleted().getProviderReportedCost();
    if (reported != null && reported.getAmount().compareTo(MAX_AMOUNT) > 0) {
      return invalid("completed.provider_reported_cost.amount", "is above " + MAX_AMOUNT);
    }
    return null;
  }

  private static @Nullable Refusal lines(LlmRequestCosted event) {
    List<CostLine> lines = event.getLineItems();
    if (lines.size() > EventRules.MAX_ENTRIES) {
      return invalid("line_items", lines.size() + " items; at most " + EventRules.MAX_ENTRIES);
    }
    BigDecimal total = Amounts.ZERO.totalCost();
    BigDecimal prompt = total;
    BigDecimal completion = total;
    for (int i = 0; i < lines.size(); i++) {
      CostLine line = lines.get(i);
      Refusal refusal = line(line, i);
      if (refusal != null) {
        return refusal;
      }
      total = total.add(line.getAmount());
      if (Meters.isPrompt(line.getMeter())) {
        prompt = prompt.add(line.getAmount());
      } else if (Meters.isCompletion(line.getMeter())) {
        completion = completion.add(line.getAmount());
      }
    }
    if (total.compareTo(MAX_AMOUNT) > 0) {
      return invalid("total_cost", "is above " + MAX_AMOUNT);
    }
    Refusal refusal = sum("total_cost", event.getTotalCost(), total);
    if (refusal == null) {
      refusal = sum("prompt_cost", event.getPromptCost(), prompt);
    }
    return refusal == null
        ? sum("completion_cost", event.getCompletionCost(), completion)
        : refusal;
  }

  private static @Nullable Refusal line(CostLine line, int index) {
    if (!CostStatuses.worstFirst().contains(line.getStatus())) {
      return invalid(field(index, "status"), "'" + line.getStatus() + "' is unknown");
    }
    if (!storable(line.getMeter()) || line.getMeter().isBlank()) {
      return invalid(field(index, "meter"), "is blank, too long or not storable text");
    }
    if (!storable(line.getModel())) {
      return invalid(field(index, "model"), "is too long or not storable text");
    }
    if (!storable(line.getPriceId())) {
      return invalid(field(index, "price_id"), "is too long or not storable text");
    }
    if (line.getQuantity().signum() < 0) {
      return invalid(field(index, "quantity"), line.getQuantity().toPlainString() + " is negative");
    }
    if (line.getAmount().signum() < 0) {
      return invalid(field(index, "amount"), line.getAmount().toPlainString() + " is negative");
    }
    return null;
  }

  private static @Nullable Refusal sum(String field, BigDecimal stated, BigDecimal ofLines) {
    return stated.compareTo(ofLines) == 0
        ? null
        : invalid(
            field,
            stated.toPlainString() + " is not the sum of its lines, " + ofLines.toPlainString());
  }

  private static Amounts amounts(LlmRequestCosted event) {
    LlmRequestCompleted completed = event.getCompleted();
    return new Amounts(
        isVoid(event) ? 0 : 1,
        event.getCostStatus().equals(CostStatuses.FALLBACK) ? 1 : 0,
        event.getCostStatus().equals(CostStatuses.UNPRICED) ? 1 : 0,
        Meters.promptTokens(completed.getUsage()),
        Meters.completionTokens(completed.getUsage()),
        event.getTotalCost().setScale(Amounts.SCALE),
        event.getPromptCost().setScale(Amounts.SCALE),
        event.getCompletionCost().setScale(Amounts.SCALE));
  }

  private static boolean isVoid(LlmRequestCosted event) {
    return event.getCostStatus().equals(CostStatuses.VOID);
  }

  // A lone surrogate cannot come out of UTF-8 bytes, which is what Avro strings are; NUL can.
  private static boolean storable(@Nullable String text) {
    return text == null || (text.length() <= EventRules.MAX_NAME_LENGTH && text.indexOf(0) < 0);
  }

  private static String field(int index, String name) {
    return "line_items[" + index + "]." + name;
  }

  private static Refusal invalid(String field, String reason) {
    return new Refusal(Refusal.Cause.INVALID, field + ": " + reason);
  }

  // UUID.fromString also takes short forms such as 1-1-1-1-1, which are no UUIDs.
  private static @Nullable UUID uuid(String text) {
    if (text.length() != 36) {
      return null;
    }
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
