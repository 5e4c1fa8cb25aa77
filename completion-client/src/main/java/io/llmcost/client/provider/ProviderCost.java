package io.llmcost.client.provider;

import java.math.BigDecimal;
import java.util.Objects;

/**
 * What a provider says in its answer that it charged.
 *
 * @param amount in whole units of {@code currency}, not negative
 * @param currency ISO 4217
 */
public record ProviderCost(BigDecimal amount, String currency) {
  public ProviderCost {
    Objects.requireNonNull(currency, "currency");
    if (amount.signum() < 0) {
      throw new IllegalArgumentException("amount is negative: " + amount);
    }
  }
}
