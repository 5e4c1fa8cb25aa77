package io.llmcost.reporting.request;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.llmcost.reporting.answer.Amount;
import io.swagger.v3.oas.annotations.media.Schema;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Single requests as JSON; what an event does not have is null. */
final class RequestViews {

  private RequestViews() {}

  /** A page of the list. */
  @Schema(name = "RequestPage")
  record PageView(
      @Schema(allowableValues = "page") @JsonProperty("object") String object,
      @Schema(description = "Newest first.") @JsonProperty("data") List<SummaryView> data,
      @JsonProperty("has_more") boolean hasMore,
      @Schema(description = "Send it as `page` for the next page; null on the last.")
          @JsonProperty("next_page")
          @Nullable String nextPage) {}

  /** The caller's own object that the call was made for. */
  @Schema(name = "Trackable")
  record TrackableView(@JsonProperty("type") String type, @JsonProperty("id") String id) {}

  /** What a request costs now. */
  @Schema(name = "RequestCost")
  record CostView(
      @Schema(
              description = "The worst line's.",
              allowableValues = {"UNPRICED", "FALLBACK", "PRICED", "FREE", "VOID"})
          @JsonProperty("status")
          String status,
      @Schema(example = "USD") @JsonProperty("currency") String currency,
      @Schema(description = "Every digit.", example = "0.0312") @JsonProperty("total") String total,
      @Schema(description = "Of the input meters.", example = "0.03") @JsonProperty("prompt")
          String prompt,
      @Schema(description = "Of the output meters.", example = "0.0012") @JsonProperty("completion")
          String completion) {}

  /** A request in the list. */
  @Schema(name = "RequestSummary")
  record SummaryView(
      @JsonProperty("event_id") UUID eventId,
      @JsonProperty("occurred_at") Instant occurredAt,
      @JsonProperty("recorded_at") Instant recordedAt,
      @JsonProperty("source") String source,
      @JsonProperty("project") @Nullable String project,
      @JsonProperty("provider") String provider,
      @JsonProperty("operation") String operation,
      @JsonProperty("model_requested") @Nullable String modelRequested,
      @JsonProperty("model") @Nullable String model,
      @JsonProperty("request_type") @Nullable String requestType,
      @JsonProperty("user_id") @Nullable String userId,
      @JsonProperty("trackable") @Nullable TrackableView trackable,
      @JsonProperty("status") String status,
      @JsonProperty("request_id") @Nullable String requestId,
      @JsonProperty("external_id") @Nullable String externalId,
      @JsonProperty("prompt_tokens") long promptTokens,
      @JsonProperty("completion_tokens") long completionTokens,
      @JsonProperty("total_tokens") long totalTokens,
      @JsonProperty("cost") CostView cost,
      @Schema(description = "How many ledger rows the numbers are the sum of.")
          @JsonProperty("revision_count")
          int revisionCount) {}

  /** A metered quantity. */
  @Schema(name = "UsageItem")
  record UsageView(
      @Schema(example = "input") @JsonProperty("meter") String meter,
      @Schema(example = "1200") @JsonProperty("quantity") BigDecimal quantity,
      @Schema(description = "The model that served it, where not the event's.")
          @JsonProperty("model")
          @JsonInclude(JsonInclude.Include.NON_NULL)
          @Nullable String model) {}

  /** A metered quantity with the price that it met. */
  @Schema(name = "CostLine")
  record LineView(
      @Schema(example = "input") @JsonProperty("meter") String meter,
      @Schema(example = "1200") @JsonProperty("quantity") BigDecimal quantity,
      @JsonProperty("model") @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String model,
      @JsonProperty("status") String status,
      @Schema(description = "Amount for `unit` of the meter; null when unpriced.", example = "30")
          @JsonProperty("unit_price")
          @Nullable String unitPrice,
      @Schema(description = "How much of the meter the unit price buys.", example = "1000000")
          @JsonProperty("unit")
          @Nullable Long unit,
      @Schema(example = "0.036") @JsonProperty("amount") String amount,
      @JsonProperty("price_id") @Nullable String priceId,
      @Schema(description = "The base rate stood in for a missing cache or reasoning rate.")
          @JsonProperty("rate_substituted")
          boolean rateSubstituted) {}

  /** One ledger row of a request. */
  @Schema(
      name = "Revision",
      description = "One ledger row: signed differences from the rows before it.")
  record RevisionView(
      @JsonProperty("revision") int revision,
      @JsonProperty("repricing_id") @Nullable UUID repricingId,
      @JsonProperty("recorded_at") Instant recordedAt,
      @JsonProperty("price_book_version") long priceBookVersion,
      @JsonProperty("requests") int requests,
      @JsonProperty("fallback_requests") int fallbackRequests,
      @JsonProperty("unpriced_requests") int unpricedRequests,
      @JsonProperty("prompt_tokens") long promptTokens,
      @JsonProperty("completion_tokens") long completionTokens,
      @JsonProperty("cost") CostView cost,
      @JsonProperty("line_items") List<LineView> lineItems) {}

  /** What was asked of whom and for whom: the event, as it was first recorded. */
  @Schema(name = "RequestEvent")
  record EventView(
      @JsonProperty("event_id") UUID eventId,
      @JsonProperty("external_id") @Nullable String externalId,
      @JsonProperty("occurred_at") Instant occurredAt,
      @JsonProperty("recorded_at") Instant recordedAt,
      @JsonProperty("source") String source,
      @JsonProperty("project") @Nullable String project,
      @JsonProperty("provider") String provider,
      @JsonProperty("operation") String operation,
      @JsonProperty("model_requested") @Nullable String modelRequested,
      @JsonProperty("model") @Nullable String model,
      @Schema(description = "What reports call model: the provider's name, else the requested one.")
          @JsonProperty("billed_model")
          String billedModel,
      @JsonProperty("service_tier") @Nullable String serviceTier,
      @JsonProperty("region") @Nullable String region,
      @JsonProperty("request_type") @Nullable String requestType,
      @JsonProperty("user_id") @Nullable String userId,
      @JsonProperty("trackable") @Nullable TrackableView trackable,
      @JsonProperty("api_key_id") @Nullable String apiKeyId,
      @JsonProperty("tags") Map<String, String> tags,
      @JsonProperty("metadata") Map<String, String> metadata,
      @JsonProperty("status") String status,
      @JsonProperty("http_status") @Nullable Long httpStatus,
      @JsonProperty("error_code") @Nullable String errorCode,
      @JsonProperty("streamed") boolean streamed,
      @JsonProperty("latency_millis") @Nullable Long latencyMillis,
      @JsonProperty("time_to_first_token_millis") @Nullable Long timeToFirstTokenMillis,
      @JsonProperty("request_id") @Nullable String requestId) {}

  /** What the newest costing goes by. */
  @Schema(name = "RequestUsage")
  record MeasuredView(
      @Schema(allowableValues = {"provider", "estimated", "none"}) @JsonProperty("usage_source")
          String usageSource,
      @JsonProperty("usage_inconsistent") boolean usageInconsistent,
      @JsonProperty("context_tokens") @Nullable Long contextTokens,
      @JsonProperty("provider_reported_cost") @Nullable Amount providerReportedCost) {}

  /** Everything about one request. */
  @Schema(name = "Request", description = "One request: its event, and what it costs now.")
  record RequestView(
      @JsonUnwrapped EventView event,
      @JsonUnwrapped MeasuredView measured,
      @JsonProperty("prompt_tokens") long promptTokens,
      @JsonProperty("completion_tokens") long completionTokens,
      @JsonProperty("total_tokens") long totalTokens,
      @JsonProperty("usage") List<UsageView> usage,
      @JsonProperty("cost") CostView cost,
      @Schema(
              description =
                  "What the provider reported less what we charge; null where it reported nothing,"
                      + " or in another currency.")
          @JsonProperty("reported_difference")
          @Nullable Amount reportedDifference,
      @Schema(description = "Of the current costing.") @JsonProperty("line_items")
          List<LineView> lineItems,
      @Schema(description = "Every ledger row; the numbers above are their sums.")
          @JsonProperty("revisions")
          List<RevisionView> revisions,
      @Schema(
              description =
                  "What to look at: unpriced, fallback_price, rate_substituted, usage_estimated,"
                      + " usage_inconsistent, revised.")
          @JsonProperty("flags")
          List<String> flags) {}
}
