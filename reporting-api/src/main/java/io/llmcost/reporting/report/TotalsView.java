package io.llmcost.reporting.report;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.llmcost.reporting.answer.Amount;
import io.llmcost.reporting.answer.Csv;
import io.swagger.v3.oas.annotations.media.Schema;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Totals as JSON and CSV. */
@Schema(name = "Totals", description = "Sums over all that the filters let through.")
record TotalsView(
    @JsonProperty("requests") long requests,
    @JsonProperty("succeeded") long succeeded,
    @JsonProperty("failed") long failed,
    @JsonProperty("cancelled") long cancelled,
    @JsonProperty("prompt_tokens") long promptTokens,
    @JsonProperty("completion_tokens") long completionTokens,
    @JsonProperty("total_tokens") long totalTokens,
    @Schema(
            description =
                "Every digit; null where amounts of several currencies stand in `amounts`.",
            example = "556.55298",
            nullable = true)
        @JsonProperty("total_cost")
        @Nullable String totalCost,
    @Schema(example = "USD", nullable = true) @JsonProperty("currency") @Nullable String currency,
    @Schema(description = "The amount of each currency.") @JsonProperty("amounts")
        List<Amount> amounts,
    @Schema(description = "Priced by a default entry only.") @JsonProperty("fallback_requests")
        long fallbackRequests,
    @Schema(description = "Without a price: not in the total.") @JsonProperty("unpriced_requests")
        long unpricedRequests,
    @Schema(description = "True where the total lacks what has no price.") @JsonProperty("is_floor")
        boolean isFloor,
    @Schema(
            description =
                "All that was priced before this instant is in the ledger; null where not yet"
                    + " known.",
            nullable = true)
        @JsonProperty("complete_through")
        @Nullable Instant completeThrough) {

  private static final List<String> COLUMNS =
      List.of(
          "requests",
          "succeeded",
          "failed",
          "cancelled",
          "prompt_tokens",
          "completion_tokens",
          "total_tokens",
          "total_cost",
          "currency",
          "fallback_requests",
          "unpriced_requests",
          "is_floor",
          "complete_through");

  /** Shows {@code totals}; nothing at all costs 0 of {@code ledgerCurrency}. */
  static TotalsView of(Totals totals, String ledgerCurrency) {
    List<Amount> amounts =
        totals.currencies().isEmpty()
            ? List.of(Amount.of(BigDecimal.ZERO, ledgerCurrency))
            : totals.currencies().stream()
                .map(c -> Amount.of(c.sums().totalCost(), c.currency()))
                .toList();
    boolean one = amounts.size() == 1;
    long prompt = totals.sum(c -> c.sums().promptTokens());
    long completion = totals.sum(c -> c.sums().completionTokens());
    long unpriced = totals.sum(c -> c.sums().unpricedRequests());
    return new TotalsView(
        totals.sum(c -> c.sums().requests()),
        totals.sum(Totals.OfCurrency::succeeded),
        totals.sum(Totals.OfCurrency::failed),
        totals.sum(Totals.OfCurrency::cancelled),
        prompt,
        completion,
        Math.addExact(prompt, completion),
        one ? amounts.getFirst().value() : null,
        one ? amounts.getFirst().currency() : null,
        amounts,
        totals.sum(c -> c.sums().fallbackRequests()),
        unpriced,
        unpriced > 0,
        totals.completeThrough().orElse(null));
  }

  /** Returns one line, or one a currency: its own amount and counts. */
  static Csv csv(Totals totals, String ledgerCurrency) {
    Csv csv = new Csv(COLUMNS);
    if (totals.currencies().isEmpty()) {
      csv.add(of(totals, ledgerCurrency).line());
    }
    for (Totals.OfCurrency currency : totals.currencies()) {
      Totals alone = new Totals(List.of(currency), totals.completeThrough());
      csv.add(of(alone, ledgerCurrency).line());
    }
    return csv;
  }

  private List<@Nullable String> line() {
    List<@Nullable String> line = new ArrayList<>();
    Arrays.asList(
            requests,
            succeeded,
            failed,
            cancelled,
            promptTokens,
            completionTokens,
            totalTokens,
            totalCost,
            currency,
            fallbackRequests,
            unpricedRequests,
            isFloor,
            completeThrough)
        .forEach(value -> line.add(Objects.toString(value, null)));
    return line;
  }
}
