package io.llmcost.cli.report;

import io.llmcost.cli.endpoint.ServiceClient;
import io.llmcost.cli.terminal.CommandFailure;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A whole cost report: every page of {@code /v1/costs}, joined, and the totals of the same range
 * and filters.
 *
 * @param buckets the pages' {@code data}, a bucket that was split over pages made whole
 */
public record CostReport(ReportQuery query, ArrayNode buckets, JsonNode totals) {

  /** Reads the report to its last page. */
  public static CostReport read(ServiceClient reporting, ReportQuery query) {
    ArrayNode buckets = JsonNodeFactory.instance.arrayNode();
    String page = null;
    do {
      JsonNode answer = reporting.get("/v1/costs", query.costs(page));
      answer.path("data").forEach(bucket -> append(buckets, bucket));
      String next = next(answer);
      if (next != null && next.equals(page)) {
        throw new CommandFailure("reporting-api answered with the same page twice");
      }
      page = next;
    } while (page != null);
    return new CostReport(query, buckets, totals(reporting, query));
  }

  /** The answer of {@code /v1/totals}. */
  public static JsonNode totals(ServiceClient reporting, ReportQuery query) {
    return reporting.get("/v1/totals", query.totals());
  }

  private static @Nullable String next(JsonNode answer) {
    if (!answer.path("has_more").asBoolean(false)) {
      return null;
    }
    String next = answer.path("next_page").asString("");
    if (next.isEmpty()) {
      throw new CommandFailure("reporting-api says that there is more, and not where");
    }
    return next;
  }

  private static void append(ArrayNode buckets, JsonNode bucket) {
    if (!buckets.isEmpty()
        && buckets.get(buckets.size() - 1) instanceof ObjectNode last
        && last.path("start_time").equals(bucket.path("start_time"))
        && last.path("results") instanceof ArrayNode results) {
      bucket.path("results").forEach(results::add);
    } else {
      buckets.add(bucket);
    }
  }

  /** One result of one bucket. */
  public List<Line> lines() {
    List<Line> lines = new ArrayList<>();
    for (JsonNode bucket : buckets) {
      for (JsonNode result : bucket.path("results")) {
        lines.add(Line.of(query, bucket, result));
      }
    }
    return lines;
  }

  /**
   * A group's figures in one bucket, to the last digit.
   *
   * @param groups its value for each of the query's dimensions, null where it has none
   */
  public record Line(
      String start,
      String end,
      List<@Nullable String> groups,
      long requests,
      long promptTokens,
      long completionTokens,
      BigDecimal amount,
      String currency,
      long fallbackRequests,
      long unpricedRequests,
      boolean floor) {

    private static Line of(ReportQuery query, JsonNode bucket, JsonNode result) {
      List<@Nullable String> groups = new ArrayList<>();
      for (String dimension : query.groupBy()) {
        JsonNode value = result.path(dimension);
        groups.add(value.isMissingNode() || value.isNull() ? null : value.asString());
      }
      JsonNode amount = result.path("amount");
      return new Line(
          bucket.path("start_time").asString(""),
          bucket.path("end_time").asString(""),
          groups,
          result.path("requests").asLong(0),
          result.path("prompt_tokens").asLong(0),
          result.path("completion_tokens").asLong(0),
          new BigDecimal(amount.path("value").asString("0")),
          amount.path("currency").asString(""),
          result.path("fallback_requests").asLong(0),
          result.path("unpriced_requests").asLong(0),
          result.path("is_floor").asBoolean(false));
    }
  }
}
