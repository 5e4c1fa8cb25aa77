package io.llmcost.calculator.repricing;

import io.llmcost.calculator.costing.PastEvent;
import io.llmcost.calculator.costing.Recosting;
import io.llmcost.schemas.LlmRequestCosted;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What a page of events came to, by day and model. */
final class Tallies {

  /**
   * What the differences are told by.
   *
   * @param day UTC, of occurred_at
   */
  record Key(LocalDate day, String provider, String model) {}

  /** Counts of events, and the cost of the changed ones before and after. */
  record Tally(long examined, long changed, long failed, BigDecimal before, BigDecimal after) {
    static final Tally NONE = new Tally(0, 0, 0, BigDecimal.ZERO, BigDecimal.ZERO);

    private Tally plusUnchanged() {
      return new Tally(examined + 1, changed, failed, before, after);
    }

    private Tally plusFailed() {
      return new Tally(examined + 1, changed, failed + 1, before, after);
    }

    private Tally plusChanged(BigDecimal from, BigDecimal to) {
      return new Tally(examined + 1, changed + 1, failed, before.add(from), after.add(to));
    }
  }

  private final Map<Key, Tally> byKey = new HashMap<>();
  private final Map<UUID, String> failures = new LinkedHashMap<>();

  /**
   * Adds up a page.
   *
   * @param refused events whose target Kafka never takes, and why
   */
  static Tallies of(List<PageCosting.Decided> page, Map<UUID, String> refused) {
    Tallies tallies = new Tallies();
    for (PageCosting.Decided decided : page) {
      String reason = refused.get(decided.past().eventId());
      tallies.add(
          decided.past(),
          reason == null ? decided.outcome() : new Recosting.Outcome.Failed(reason));
    }
    return tallies;
  }

  private void add(PastEvent past, Recosting.Outcome outcome) {
    Key key =
        new Key(
            past.completed().getOccurredAt().atOffset(ZoneOffset.UTC).toLocalDate(),
            past.completed().getProvider(),
            past.billedModel());
    BigDecimal now = past.current().totalCost();
    Tally tally = byKey.getOrDefault(key, Tally.NONE);
    switch (outcome) {
      case Recosting.Outcome.Changed(LlmRequestCosted target) ->
          byKey.put(key, tally.plusChanged(now, target.getTotalCost()));
      case Recosting.Outcome.Done(BigDecimal moved) ->
          byKey.put(key, tally.plusChanged(now.subtract(moved), now));
      case Recosting.Outcome.Unchanged() -> byKey.put(key, tally.plusUnchanged());
      case Recosting.Outcome.Failed(String reason) -> {
        failures.put(past.eventId(), reason);
        byKey.put(key, tally.plusFailed());
      }
    }
  }

  Map<Key, Tally> byKey() {
    return byKey;
  }

  /** Returns the events that could not be costed, with the reason. */
  Map<UUID, String> failures() {
    return failures;
  }
}
