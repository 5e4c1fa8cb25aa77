package io.llmcost.reporting.reported;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.llmcost.reporting.answer.Amount;
import io.swagger.v3.oas.annotations.media.Schema;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reported costs beside ours as JSON, the largest differences first. */
@Schema(name = "ReportedCosts", description = "Reported costs beside ours, by provider and model.")
record ReportedCosts(
    @Schema(allowableValues = "list") @JsonProperty("object") String object,
    @JsonProperty("data") List<OfModel> data,
    @Schema(description = "True where there are more models than are shown.")
        @JsonProperty("has_more")
        boolean hasMore) {

  private static final int PERCENT_PLACES = 4;
  private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

  /** One provider's model: only its requests that came with a cost. */
  @Schema(name = "ReportedCostOfModel")
  record OfModel(
      @JsonProperty("provider") String provider,
      @JsonProperty("model") String model,
      @Schema(description = "That came with a cost.") @JsonProperty("requests") long requests,
      @Schema(description = "What the ledger charges for them now.") @JsonProperty("cost")
          Amount cost,
      @Schema(description = "What the provider said.") @JsonProperty("reported") Amount reported,
      @Schema(description = "Reported less ours; null where the currencies differ.")
          @JsonProperty("difference")
          @Nullable String difference,
      @Schema(description = "The same in per cent of ours; null where ours is zero.")
          @JsonProperty("difference_percent")
          @Nullable String differencePercent,
      @Schema(description = "Those of the requests whose own difference is not zero.")
          @JsonProperty("differing_requests")
          long differingRequests) {

    static OfModel of(
        String provider,
        String model,
        long requests,
        long differing,
        BigDecimal cost,
        String currency,
        BigDecimal reported,
        String reportedCurrency) {
      BigDecimal difference = currency.equals(reportedCurrency) ? reported.subtract(cost) : null;
      return new OfModel(
          provider,
          model,
          requests,
          Amount.of(cost, currency),
          Amount.of(reported, reportedCurrency),
          difference == null ? null : Amount.plain(difference),
          difference == null || cost.signum() == 0
              ? null
              : Amount.plain(
                  difference
                      .multiply(HUNDRED)
                      .divide(cost, PERCENT_PLACES, RoundingMode.HALF_EVEN)),
          differing);
    }
  }
}
