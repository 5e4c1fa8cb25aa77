package io.llmcost.recorder.deadletter;

import java.util.List;

/**
 * What there is of dead letters, by topic, cause and state.
 *
 * @param count all of {@code data}, so {@code bytes}
 */
record Inventory(String object, List<InventoryRow> data, long count, long bytes) {
  static Inventory of(List<InventoryRow> rows) {
    return new Inventory(
        "inventory",
        rows,
        rows.stream().mapToLong(InventoryRow::count).sum(),
        rows.stream().mapToLong(InventoryRow::bytes).sum());
  }
}
