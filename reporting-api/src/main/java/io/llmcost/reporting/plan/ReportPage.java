package io.llmcost.reporting.plan;

import io.llmcost.reporting.plan.ReportQuery.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One page of a report: its buckets with their results, and where the next page begins.
 *
 * @param query what was asked
 * @param buckets in order; one without entries has no results
 * @param nextPage token of the next page, where there is one
 */
public record ReportPage(ReportQuery query, List<BucketRows> buckets, Optional<String> nextPage) {

  public ReportPage {
    buckets = List.copyOf(buckets);
  }

  /** A bucket and its results, or those of them that are on this page. */
  public record BucketRows(Bucket bucket, List<ReportRow> rows) {
    public BucketRows {
      rows = List.copyOf(rows);
    }
  }

  /**
   * Lays the rows out in the plan's buckets.
   *
   * @param rows in order of bucket and group, one more than the plan's limit where there are more
   */
  public static ReportPage of(ReportPlan plan, List<ReportRow> rows) {
    if (rows.size() <= plan.rowLimit()) {
      return page(plan, rows, plan.buckets().getLast().index(), plan.end());
    }
    List<ReportRow> kept = rows.subList(0, plan.rowLimit());
    ReportRow last = kept.getLast();
    int next = rows.get(plan.rowLimit()).bucket();
    return next == last.bucket()
        ? page(
            plan, kept, last.bucket(), Optional.of(new Position(next, Optional.of(last.group()))))
        : page(plan, kept, next - 1, Optional.of(new Position(next, Optional.empty())));
  }

  private static ReportPage page(
      ReportPlan plan, List<ReportRow> rows, int lastBucket, Optional<Position> next) {
    List<BucketRows> buckets = new ArrayList<>();
    int i = 0;
    for (Bucket bucket : plan.buckets()) {
      if (bucket.index() > lastBucket) {
        break;
      }
      int first = i;
      while (i < rows.size() && rows.get(i).bucket() == bucket.index()) {
        i++;
      }
      buckets.add(new BucketRows(bucket, rows.subList(first, i)));
    }
    if (i != rows.size()) {
      throw new IllegalStateException("a row of bucket " + rows.get(i).bucket() + " has no place");
    }
    return new ReportPage(plan.query(), buckets, next.map(plan.query()::nextPage));
  }
}
