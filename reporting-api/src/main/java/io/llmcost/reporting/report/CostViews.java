package io.llmcost.reporting.report;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.llmcost.reporting.answer.Amount;
import io.llmcost.reporting.answer.Csv;
import io.llmcost.reporting.plan.Bucket;
import io.llmcost.reporting.plan.GroupKey;
import io.llmcost.reporting.plan.ReportPage;
import io.llmcost.reporting.plan.ReportQuery;
import io.llmcost.reporting.plan.ReportRow;
import io.llmcost.reporting.plan.Sums;
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
      @Schema(description = "Buckets in order of time; with shape=flat, FlatCost rows.")
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
  @JsonPropertyOrder("amount")
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
    List<Map<String, @Nullable Object>> rows = new ArrayList<>();
    for (ReportPage.BucketRows bucket : page.buckets()) {
      bucket.rows().forEach(row -> rows.add(flatRow(page.query(), bucket.bucket(), row)));
    }
    return view(page, rows);
  }

  static Csv csv(ReportPage page) {
    Csv csv = new Csv(columns(page.query()));
    for (ReportPage.BucketRows bucket : page.buckets()) {
      for (ReportRow row : bucket.rows()) {
        List<@Nullable String> line = new ArrayList<>();
        flatRow(page.query(), bucket.bucket(), row)
            .values()
            .forEach(value -> line.add(value == null ? null : value.toString()));
        csv.add(line);
      }
    }
    return csv;
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

  private static Map<String, @Nullable Object> flatRow(
      ReportQuery query, Bucket bucket, ReportRow row) {
    Sums sums = row.sums();
    Map<String, @Nullable Object> flat = new LinkedHashMap<>();
    flat.put("start_time", RFC_3339.format(bucket.startIn(query.zone())));
    flat.put("end_time", RFC_3339.format(bucket.endIn(query.zone())));
    flat.putAll(groups(query, row));
    flat.put("amount", Amount.plain(sums.totalCost()));
    flat.put("currency", row.currency());
    flat.put("requests", sums.requests());
    flat.put("prompt_tokens", sums.promptTokens());
    flat.put("completion_tokens", sums.completionTokens());
    flat.put("fallback_requests", sums.fallbackRequests());
    flat.put("unpriced_requests", sums.unpricedRequests());
    flat.put("is_floor", sums.isFloor());
    return flat;
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
