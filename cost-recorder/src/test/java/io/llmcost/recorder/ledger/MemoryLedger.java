package io.llmcost.recorder.ledger;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A ledger in memory: what the tables hold after a batch, by the same decisions. */
final class MemoryLedger {
  final Map<UUID, History> histories = new TreeMap<>();
  final Map<RollupKey, List<RollupRow>> rollups = new TreeMap<>();
  final Map<UUID, KnownOriginal> originals = new HashMap<>();
  Counts counts = Counts.NONE;

  List<Verdict> write(List<? extends Reading> batch) {
    Set<UUID> needed = Decisions.historiesNeeded(batch, originals);
    Map<UUID, History> loaded = new HashMap<>();
    needed.forEach(id -> loaded.put(id, histories.get(id)));
    Map<UUID, KnownOriginal> before = new HashMap<>(originals);

    Decisions decisions = Decisions.decide(batch, before, loaded);

    decisions
        .originals()
        .values()
        .forEach(
            list ->
                list.forEach(
                    costing -> {
                      originals.put(costing.eventId(), KnownOriginal.of(costing));
                      histories.put(costing.eventId(), History.of(costing));
                    }));
    for (Verdict.Revision revision : decisions.revisions()) {
      histories.compute(revision.costing().eventId(), (id, history) -> plus(history, revision));
    }
    for (Verdict.Unchanged repricing : decisions.unchanged()) {
      histories.computeIfPresent(
          repricing.eventId(), (id, history) -> history.plusUnchanged(repricing.repricingId()));
    }
    for (RollupRow row : decisions.rollups()) {
      rollups.computeIfAbsent(row.key(), key -> new ArrayList<>()).add(row);
    }
    for (Verdict verdict : decisions.verdicts()) {
      counts = counts.plus(verdict);
    }
    return decisions.verdicts();
  }

  private static History plus(@Nullable History history, Verdict.Revision revision) {
    if (history == null) {
      throw new AssertionError("a revision of an event that is not there: " + revision);
    }
    return history.plus(revision);
  }

  Amounts total() {
    return histories.values().stream().map(History::current).reduce(Amounts.ZERO, Amounts::plus);
  }

  Amounts rollupTotal() {
    return rollups.values().stream()
        .flatMap(List::stream)
        .map(
            row ->
                new Amounts(
                    Math.toIntExact(row.requests()),
                    Math.toIntExact(row.fallbackRequests()),
                    Math.toIntExact(row.unpricedRequests()),
                    row.promptTokens(),
                    row.completionTokens(),
                    row.totalCost(),
                    row.promptCost(),
                    row.completionCost()))
        .reduce(Amounts.ZERO, Amounts::plus);
  }
}
