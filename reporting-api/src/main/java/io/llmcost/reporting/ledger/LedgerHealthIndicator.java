package io.llmcost.reporting.ledger;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.stereotype.Component;

/** Ready once PostgreSQL answers and cost-recorder has made the ledger's tables. */
@Component("ledgerHealthIndicator")
class LedgerHealthIndicator extends AbstractHealthIndicator {

  private static final String TABLES =
      """
      select to_regclass('cost_entry') is not null
         and to_regclass('cost_rollup') is not null
         and to_regclass('ledger_offset') is not null
      """;

  private final Ledger ledger;

  LedgerHealthIndicator(Ledger ledger) {
    super("the ledger cannot be read");
    this.ledger = ledger;
  }

  @Override
  protected void doHealthCheck(Health.Builder builder) {
    boolean there =
        ledger.read("health", "none", jdbc -> jdbc.sql(TABLES).query(Boolean.class).single());
    if (there) {
      builder.up();
    } else {
      builder
          .outOfService()
          .withDetail(
              "reason", "the ledger has no tables yet; cost-recorder makes them when it starts");
    }
  }
}
