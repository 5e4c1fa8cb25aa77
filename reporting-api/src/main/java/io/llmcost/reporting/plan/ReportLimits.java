package io.llmcost.reporting.plan;

import java.time.Duration;

/**
 * How much one call may ask for.
 *
 * @param maxRange from start to end
 * @param maxBuckets of one report, over all its pages
 * @param maxPageRows results of one page; also the largest {@code limit} of a report
 * @param maxPageRequests requests of one page of single requests; also the largest {@code limit}
 * @param maxFilterValues values of one filter
 */
public record ReportLimits(
    Duration maxRange, int maxBuckets, int maxPageRows, int maxPageRequests, int maxFilterValues) {

  public ReportLimits {
    if (maxRange.isNegative() || maxRange.isZero()) {
      throw new IllegalArgumentException("maxRange must be positive");
    }
    if (Math.min(Math.min(maxBuckets, maxPageRows), Math.min(maxPageRequests, maxFilterValues))
        < 1) {
      throw new IllegalArgumentException("every limit must be at least 1");
    }
  }
}
