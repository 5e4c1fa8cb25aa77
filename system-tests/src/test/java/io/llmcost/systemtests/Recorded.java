package io.llmcost.systemtests;

import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * What the ledger has of the events that were expected, each with its cost.
 *
 * @param events of the expected ones that are there
 * @param others events that nobody expected
 * @param different expected ones that cost something else
 */
record Recorded(int events, int others, int different, BigDecimal cost) {

  static Recorded of(Map<UUID, BigDecimal> expected, LedgerTables ledger) throws SQLException {
    Set<UUID> found = new HashSet<>();
    int[] others = {0};
    int[] different = {0};
    BigDecimal[] cost = {BigDecimal.ZERO};
    ledger.eachEvent(
        (id, rows, total) -> {
          BigDecimal expectedCost = expected.get(id);
          cost[0] = cost[0].add(total);
          if (expectedCost == null) {
            others[0]++;
          } else {
            found.add(id);
            different[0] += expectedCost.compareTo(total) == 0 ? 0 : 1;
          }
        });
    return new Recorded(found.size(), others[0], different[0], cost[0].stripTrailingZeros());
  }
}
