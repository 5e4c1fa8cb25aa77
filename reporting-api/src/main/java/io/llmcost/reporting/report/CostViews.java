package io.llmcost.reporting.report;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.llmcost.reporting.answer.Amount;
import io.llmcost.reporting.answer.Csv;
import io.llmcost.reporting.plan.Bucket;
import io.llmcost.reporting.plan.GroupKey;
import io.llmcost.reporting.plan.ReportPage;
import io.llmcost.reporting.plan.ReportQuery;
import io.llmcost.reporting.plan.ReportRow;
import io.llmcost.reporting.plan.Sums;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A page of costs as JSON, nested or flat, and as CSV. */
final class CostViews {

  // OffsetDateTime's own text leaves zero seconds out.
  private static final DateTimeFormatter RFC_3339 = DateTimeFormatter.ISO_OFFSET_DATE_TIME;

  private CostViews() {}

  /** A page: buckets with their results, or, in the flat shape, results with their buckets. */
  @Schema(name = "CostPage", description = "A page of a cost report.")
  record PageView(
      @Schema(allowableValues = "page") @JsonProperty("object") String object,
      @ArraySchema(
              arraySchema = @Schema(description = "In order of time; flat rows with `shape=flat`."),
              schema = @Schema(oneOf = {BucketView.class, FlatView.class}))
          @JsonProperty("data")
          List<?> data,
      @JsonProperty("has_more") boolean hasMore,
      @Schema(
              description = "Send it as `page` for the next page; null on the last.",
              nullable = true)
          @JsonProperty("next_page")
          @Nullable String nextPage) {}

  /** A bucket with its results. */
  @Schema(name = "CostBucket")
  record BucketView(
      @Schema(description = "In the report's zone.", example = "2026-11-01T00:00:00+01:00")
          @JsonProperty("start_time")
          OffsetDateTime startTime,
      @Schema(description = "Exclusive.", example = "2026-11-02T00:00:00+01:00")
          @JsonProperty("end_time")
          OffsetDateTime endTime,
      @JsonProperty("results") List<ResultView> results) {}

  /** One group of one bucket; its group_by fields stand beside the numbers. */
  @Schema(
      name = "CostResult",
      description = "One group of one bucket; a field for each `group_by` stands beside these.")
  record ResultView(
      @JsonProperty("amount") Amount amount,
      @JsonProperty("requests") long requests,
      @JsonProperty("prompt_tokens") long promptTokens,
      @JsonProperty("completion_tokens") long completionTokens,
      @Schema(description = "Priced by a default entry only.") @JsonProperty("fallback_requests")
          long fallbackRequests,
      @Schema(description = "Without a price: not in the amount.")
          @JsonProperty("unpriced_requests")
          long unpricedRequests,
      @Schema(description = "True where the amount lacks what has no price.")
          @JsonProperty("is_floor")
          boolean isFloor,
      Map<String, @Nullable String> groups) {

    @Override
    @JsonAnyGetter
    public Map<String, @Nullable String> groups() {
      return groups;
    }
  }

  /** A result with its bucket, nothing nested: a row for a table. */
  @Schema(
      name = "FlatCost",
      description = "One group of one bucket; a field for each `group_by` stands beside these.")
  record FlatView(
      @Schema(example = "2026-11-01T00:00:00+01:00") @JsonProperty("start_time")
          OffsetDateTime startTime,
      @Schema(example = "2026-11-02T00:00:00+01:00") @JsonProperty("end_time")
          OffsetDateTime endTime,
      @Schema(description = "Every digit.", example = "556.55298") @JsonProperty("amount")
          String amount,
      @Schema(example = "USD") @JsonProperty("currency") String currency,
      @JsonProperty("requests") long requests,
      @JsonProperty("prompt_tokens") long promptTokens,
      @JsonProperty("completion_tokens") long completionTokens,
      @JsonProperty("fallback_requests") long fallbackRequests,
      @JsonProperty("unpriced_requests") long unpricedRequests,
      @JsonProperty("is_floor") boolean isFloor,
      Map<String, @Nullable String> groups) {

    @Override
    @JsonAnyGetter
    public Map<String, @Nullable String> groups() {
      return groups;
    }

    private List<@Nullable String> line() {
      List<@Nullable String> line = new ArrayList<>();
      line.add(RFC_3339.format(startTime));
      line.add(RFC_3339.format(endTime));
      line.addAll(groups.values());
      line.add(amount);
      line.add(currency);
      line.add(Long.toString(requests));
      line.add(Long.toString(promptTokens));
      line.add(Long.toString(completionTokens));
      line.add(Long.toString(fallbackRequests));
      line.add(Long.toString(unpricedRequests));
      line.add(Boolean.toString(isFloor));
      return line;
    }
  }

  static PageView nested(ReportPage page) {
    ReportQuery query = page.query();
    List<BucketView> buckets = new ArrayList<>();
    for (ReportPage.BucketRows rows : page.buckets()) {
      buckets.add(
          new BucketView(
              rows.bucket().startIn(query.zone()),
              rows.bucket().endIn(query.zone()),
              rows.rows().stream().map(row -> result(query, row)).toList()));
    }
    return view(page, buckets);
  }

  static PageView flat(ReportPage page) {
    return view(page, rows(page));
  }

  static Csv csv(ReportPage page) {
    Csv csv = new Csv(columns(page.query()));
    rows(page).forEach(row -> csv.add(row.line()));
    return csv;
  }

  private static List<FlatView> rows(ReportPage page) {
    List<FlatView> rows = new ArrayList<>();
    for (ReportPage.BucketRows bucket : page.buckets()) {
      bucket.rows().forEach(row -> rows.add(flatRow(page.query(), bucket.bucket(), row)));
    }
    return rows;
  }

  private static List<String> columns(ReportQuery query) {
    List<String> columns = new ArrayList<>(List.of("start_time", "end_time"));
    query.groupBy().stream().map(GroupKey::field).forEach(columns::add);
    columns.addAll(
        List.of(
            "amount",
            "currency",
            "requests",
            "prompt_tokens",
            "completion_tokens",
            "fallback_requests",
            "unpriced_requests",
            "is_floor"));
    return columns;
  }

  private static FlatView flatRow(ReportQuery query, Bucket bucket, ReportRow row) {
    Sums sums = row.sums();
    return new FlatView(
        bucket.startIn(query.zone()),
        bucket.endIn(query.zone()),
        Amount.plain(sums.totalCost()),
        row.currency(),
        sums.requests(),
        sums.promptTokens(),
        sums.completionTokens(),
        sums.fallbackRequests(),
        sums.unpricedRequests(),
        sums.isFloor(),
        groups(query, row));
  }

  private static ResultView result(ReportQuery query, ReportRow row) {
    Sums sums = row.sums();
    return new ResultView(
        Amount.of(sums.totalCost(), row.currency()),
        sums.requests(),
        sums.promptTokens(),
        sums.completionTokens(),
        sums.fallbackRequests(),
        sums.unpricedRequests(),
        sums.isFloor(),
        groups(query, row));
  }

  private static Map<String, @Nullable String> groups(ReportQuery query, ReportRow row) {
    Map<String, @Nullable String> groups = new LinkedHashMap<>();
    int i = 0;
    for (GroupKey key : query.groupBy()) {
      String value = row.group().get(i++);
      groups.put(key.field(), value.isEmpty() ? null : value);
    }
    return groups;
  }

  private static PageView view(ReportPage page, List<?> data) {
    return new PageView("page", data, page.nextPage().isPresent(), page.nextPage().orElse(null));
  }
}
