package io.llmcost.reporting.plan;

import java.util.List;

/**
 * The sums of one group in one bucket.
 *
 * @param bucket its index in the whole report
 * @param group the values of the query's {@code group_by}, in order, empty for none; then the
 *     currency
 * @param sums what was added up
 */
public record ReportRow(int bucket, List<String> group, Sums sums) {

  public ReportRow {
    group = List.copyOf(group);
  }

  /** Returns the currency of the amounts. */
  public String currency() {
    return group.getLast();
  }
}
