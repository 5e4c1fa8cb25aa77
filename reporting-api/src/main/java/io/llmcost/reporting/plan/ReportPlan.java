package io.llmcost.reporting.plan;

import io.llmcost.reporting.plan.ReportQuery.Position;
import java.util.List;
import java.util.Optional;

/**
 * What one page reads: which tables for which part of the range, cut into which buckets, told apart
 * by which fields, from where and how far.
 *
 * @param query what was asked
 * @param buckets of this page, in order, without gaps
 * @param segments parts of the page's range, in order, without gaps
 * @param rowLimit most results of the page
 * @param end where the next page begins if this one is not cut by {@code rowLimit}
 */
public record ReportPlan(
    ReportQuery query,
    List<Bucket> buckets,
    List<Segment> segments,
    int rowLimit,
    Optional<Position> end) {

  public ReportPlan {
    buckets = List.copyOf(buckets);
    segments = List.copyOf(segments);
  }

  /** Returns the tables read, as one word: rollup, entries or both. */
  public String sources() {
    long kinds = segments.stream().map(Segment::source).distinct().count();
    if (kinds > 1) {
      return "both";
    }
    return segments.getFirst().source() == Segment.Source.ROLLUP ? "rollup" : "entries";
  }
}
