package io.llmcost.reporting.ledger;

import io.llmcost.reporting.plan.ReportLimits;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Settings {@code llmcost.reporting.*}.
 *
 * @param statementTimeout longest time that one query of the ledger may take
 * @param connectionTimeout longest wait for a connection, before a 503
 * @param maxConnections connections to PostgreSQL, and so reports read at once
 * @param maxRange longest range of a report; a century, so that "ever" is one
 * @param maxBuckets most buckets of one report, over all its pages
 * @param maxPageRows most results of one page, and of one CSV without {@code limit}
 * @param maxPageRequests most requests of one page of {@code /v1/requests}
 * @param maxFilterValues most values of one filter
 * @param currency the ledger's currency, as totals over nothing show it
 */
@Validated
@ConfigurationProperties(prefix = "llmcost.reporting", ignoreUnknownFields = false)
public record ReportingSettings(
    @DefaultValue("10s") Duration statementTimeout,
    @DefaultValue("3s") Duration connectionTimeout,
    @DefaultValue("8") @Min(1) @Max(100) int maxConnections,
    @DefaultValue("36525d") Duration maxRange,
    @DefaultValue("10000") @Min(1) @Max(1_000_000) int maxBuckets,
    @DefaultValue("10000") @Min(1) @Max(100_000) int maxPageRows,
    @DefaultValue("1000") @Min(1) @Max(10_000) int maxPageRequests,
    @DefaultValue("100") @Min(1) @Max(10_000) int maxFilterValues,
    @DefaultValue("USD") @Pattern(regexp = "[A-Z]{3}") String currency) {

  public ReportingSettings {
    requirePositive("statement-timeout", statementTimeout);
    requirePositive("connection-timeout", connectionTimeout);
    requirePositive("max-range", maxRange);
  }

  /** Returns the limits that queries are checked against. */
  public ReportLimits limits() {
    return new ReportLimits(maxRange, maxBuckets, maxPageRows, maxPageRequests, maxFilterValues);
  }

  private static void requirePositive(String name, Duration duration) {
    if (duration.isNegative() || duration.isZero()) {
      throw new IllegalArgumentException("llmcost.reporting." + name + " must be positive");
    }
  }
}
