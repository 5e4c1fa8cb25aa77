package io.llmcost.cli.report;

import io.llmcost.cli.endpoint.ServiceClient.Query;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a report is about, from {@code from} to just before {@code to}.
 *
 * @param bucketWidth 15m, 1h, 1d, 1M, or null for one bucket over the whole range
 * @param filters plural parameter of the reporting API to the values let through
 */
public record ReportQuery(
    Instant from,
    Instant to,
    String timeZone,
    @Nullable String bucketWidth,
    List<String> groupBy,
    Map<String, List<String>> filters) {

  public ReportQuery {
    groupBy = List.copyOf(groupBy);
    filters = Map.copyOf(filters);
  }

  /** Parameters of {@code /v1/totals}. */
  Query totals() {
    Query query =
        new Query()
            .add("start_time", from.toString())
            .add("end_time", to.toString())
            .add("time_zone", timeZone);
    filters.forEach(query::addAll);
    return query;
  }

  /** Parameters of one page of {@code /v1/costs}. */
  Query costs(@Nullable String page) {
    return totals().add("bucket_width", bucketWidth).addAll("group_by", groupBy).add("page", page);
  }
}
