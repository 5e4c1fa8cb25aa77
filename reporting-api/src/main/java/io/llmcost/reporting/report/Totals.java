package io.llmcost.reporting.report;

import io.llmcost.reporting.plan.Sums;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;

/**
 * Sums over all that a query counts.
 *
 * @param currencies amounts and counts of each currency; amounts of two are never added
 * @param completeThrough all that was priced before this is in the ledger; empty where not known
 */
record Totals(List<OfCurrency> currencies, Optional<Instant> completeThrough) {

  Totals {
    currencies = List.copyOf(currencies);
  }

  /** The part in one currency. */
  record OfCurrency(String currency, Sums sums, long succeeded, long failed, long cancelled) {}

  long sum(ToLongFunction<OfCurrency> count) {
    return currencies.stream().mapToLong(count).reduce(0, Math::addExact);
  }
}
