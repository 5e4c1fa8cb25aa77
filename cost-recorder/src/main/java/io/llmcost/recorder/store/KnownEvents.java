package io.llmcost.recorder.store;

import io.llmcost.recorder.ledger.Costing;
import io.llmcost.recorder.ledger.Decisions;
import io.llmcost.recorder.ledger.History;
import io.llmcost.recorder.ledger.KnownOriginal;
import io.llmcost.recorder.ledger.Month;
import io.llmcost.recorder.ledger.Reading;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/**
 * What the ledger has of the events of a batch, histories locked: all that deciding it asks for.
 *
 * @param originals revision 0 of those that it has
 * @param histories of those of which every revision matters
 */
record KnownEvents(Map<UUID, KnownOriginal> originals, Map<UUID, History> histories) {

  /** Asks for the events of {@code readings}, which are of {@code months} or are left out. */
  static KnownEvents of(
      Connection connection, EntryTable entries, List<Reading> readings, Collection<Month> months)
      throws SQLException {
    List<UUID> ids = new ArrayList<>(readings.size());
    for (Reading reading : readings) {
      if (reading instanceof Costing costing && months.contains(costing.month())) {
        ids.add(costing.eventId());
      }
    }
    Map<UUID, KnownOriginal> originals = new HashMap<>();
    for (Map.Entry<Month, List<UUID>> month : byMonth(ids).entrySet()) {
      UUID[] all = month.getValue().toArray(UUID[]::new);
      entries.findOriginals(connection, month.getKey(), all, originals);
    }
    Map<UUID, History> histories = new HashMap<>();
    for (Map.Entry<Month, List<UUID>> month :
        byMonth(Decisions.historiesNeeded(readings, originals)).entrySet()) {
      histories.putAll(entries.lockHistories(connection, month.getKey(), month.getValue()));
    }
    return new KnownEvents(originals, histories);
  }

  Decisions decide(List<Reading> readings) {
    return Decisions.decide(readings, originals, histories);
  }

  private static SortedMap<Month, List<UUID>> byMonth(Iterable<UUID> ids) {
    SortedMap<Month, List<UUID>> byMonth = new TreeMap<>();
    ids.forEach(id -> byMonth.computeIfAbsent(Month.of(id), month -> new ArrayList<>()).add(id));
    return byMonth;
  }
}
