package io.llmcost.calculator.pricebook;

import io.llmcost.calculator.pricing.PriceBook;
import java.util.Optional;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Ready once there is a price book to price by; an outage of PostgreSQL later on is none of ours.
 */
final class PriceBookHealth implements HealthIndicator {

  private final PriceBookKeeper keeper;

  PriceBookHealth(PriceBookKeeper keeper) {
    this.keeper = keeper;
  }

  @Override
  public Health health() {
    Optional<PriceBook> book = keeper.current();
    return book.isEmpty()
        ? Health.outOfService().withDetail("reason", "the price book was not read yet").build()
        : Health.up()
            .withDetail("version", book.get().version())
            .withDetail("prices", book.get().size())
            .withDetail("checked_at", keeper.checkedAt().toString())
            .build();
  }
}
