package io.llmcost.recorder.ledger;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the ledger does with a batch, record by record in the order in which they came: each is
 * decided by what the ledger had before and by the batch's own earlier records, so that it makes no
 * difference where one batch ends and the next begins.
 */
public final class Decisions {
  private final Map<UUID, KnownOriginal> originals;
  private final Map<UUID, History> histories;
  // Originals of this batch: their history is made only if a later record of the batch asks.
  private final Map<UUID, Costing> fresh = new HashMap<>();
  private final List<Verdict> verdicts;

  private Decisions(int size, Map<UUID, KnownOriginal> originals, Map<UUID, History> histories) {
    this.originals = originals;
    this.histories = new HashMap<>(histories);
    this.verdicts = new ArrayList<>(size);
  }

  /**
   * Decides a batch.
   *
   * @param originals revision 0 of those of the batch's events that the ledger has
   * @param histories of at least the events that {@link #historiesNeeded} named
   */
  public static Decisions decide(
      List<? extends Reading> batch,
      Map<UUID, KnownOriginal> originals,
      Map<UUID, History> histories) {
    Decisions decisions = new Decisions(batch.size(), originals, histories);
    for (Reading reading : batch) {
      decisions.verdicts.add(
          switch (reading) {
            case Refusal refusal -> new Verdict.Refused(refusal);
            case Costing costing -> decisions.decide(costing);
          });
    }
    return decisions;
  }

  /** Returns the events whose every revision must be known, and locked, before deciding. */
  public static Set<UUID> historiesNeeded(
      List<? extends Reading> batch, Map<UUID, KnownOriginal> originals) {
    Set<UUID> needed = new HashSet<>();
    if (originals.isEmpty()) {
      return needed;
    }
    for (Reading reading : batch) {
      if (reading instanceof Costing costing) {
        KnownOriginal known = originals.get(costing.eventId());
        if (known != null
            && (costing.repricingId() != null
                || (known.estimated() && !costing.hasDigest(known.digest())))) {
          needed.add(costing.eventId());
        }
      }
    }
    return needed;
  }

  /** Returns the verdicts, one a record, in the batch's order. */
  public List<Verdict> verdicts() {
    return verdicts;
  }

  /** Returns the new events, by month, sorted by id: the order in which rows are written. */
  public SortedMap<Month, List<Costing>> originals() {
    SortedMap<Month, List<Costing>> byMonth = new TreeMap<>();
    for (Verdict verdict : verdicts) {
      if (verdict instanceof Verdict.Original(Costing costing)) {
        byMonth.computeIfAbsent(costing.month(), month -> new ArrayList<>()).add(costing);
      }
    }
    byMonth.values().forEach(list -> list.sort(Comparator.comparing(Costing::eventId)));
    return byMonth;
  }

  /** Returns the revisions, in the batch's order. */
  public List<Verdict.Revision> revisions() {
    List<Verdict.Revision> revisions = new ArrayList<>();
    for (Verdict verdict : verdicts) {
      if (verdict instanceof Verdict.Revision revision) {
        revisions.add(revision);
      }
    }
    return revisions;
  }

  /** Returns the repricings that moved nothing, in the batch's order. */
  public List<Verdict.Unchanged> unchanged() {
    List<Verdict.Unchanged> unchanged = new ArrayList<>(0);
    for (Verdict verdict : verdicts) {
      if (verdict instanceof Verdict.Unchanged repricing) {
        unchanged.add(repricing);
      }
    }
    return unchanged;
  }

  /**
   * Returns what the written rows add to the rollups, sorted by key so that writers never cross.
   */
  public List<RollupRow> rollups() {
    Map<RollupKey, RollupRow> rows = new HashMap<>();
    for (Verdict verdict : verdicts) {
      switch (verdict) {
        case Verdict.Original(Costing costing) ->
            rows.computeIfAbsent(costing.rollup(), RollupRow::new)
                .add(costing.status(), costing.amounts());
        case Verdict.Revision revision ->
            rows.computeIfAbsent(
                    revision.dimensions().withShard(revision.costing().rollup().shard()),
                    RollupRow::new)
                .add(revision.status(), revision.difference());
        case Verdict.AlreadyRecorded _, Verdict.Unchanged _, Verdict.Refused _ -> {}
      }
    }
    List<RollupRow> sorted = new ArrayList<>(rows.values());
    sorted.sort(Comparator.comparing(RollupRow::key));
    return sorted;
  }

  private Verdict decide(Costing costing) {
    if (costing.repricingId() != null) {
      return reprice(costing, costing.repricingId());
    }
    KnownOriginal known = known(costing.eventId());
    if (known == null) {
      fresh.put(costing.eventId(), costing);
      return new Verdict.Original(costing);
    }
    if (costing.hasDigest(known.digest())) {
      return new Verdict.AlreadyRecorded(
          costing.amounts().totalCost().compareTo(known.totalCost()) != 0);
    }
    if (known.estimated()) {
      return afterEstimate(costing);
    }
    return costing.isEstimated() ? new Verdict.AlreadyRecorded(false) : conflict(costing);
  }

  private Verdict afterEstimate(Costing costing) {
    History history = history(costing.eventId());
    UUID replacementId = Replacements.idOf(costing.digest());
    if (history.has(replacementId)) {
      return new Verdict.AlreadyRecorded(false);
    }
    if (history.estimateWasReplaced()) {
      return costing.isEstimated() ? new Verdict.AlreadyRecorded(false) : conflict(costing);
    }
    // What a person put right is not overruled unseen.
    if (!costing.isProvidersUsage() || history.wasCorrected()) {
      return conflict(costing);
    }
    // Written even where it moves nothing: the row says that the usage is now the provider's.
    return revise(costing, replacementId, history);
  }

  private Verdict reprice(Costing costing, UUID repricingId) {
    if (known(costing.eventId()) == null) {
      return refused(
          Refusal.Cause.UNKNOWN_EVENT,
          "repricing " + repricingId + " of " + costing.eventId() + ", which is not in the ledger");
    }
    History history = history(costing.eventId());
    if (history.has(repricingId)) {
      return new Verdict.AlreadyRecorded(false);
    }
    if (!costing.basis().equals(history.digest())) {
      return refused(
          Refusal.Cause.CONFLICT,
          "completion_digest: repricing %s of %s was computed from usage that was replaced since; reprice it anew"
              .formatted(repricingId, costing.eventId()));
    }
    // Another usage that costs the same is written all the same: the row says what was used.
    if (!costing.isCorrection() && costing.amounts().minus(history.current()).isZero()) {
      histories.put(costing.eventId(), history.plusUnchanged(repricingId));
      return new Verdict.Unchanged(costing.eventId(), repricingId);
    }
    return revise(costing, repricingId, history);
  }

  private Verdict revise(Costing costing, UUID repricingId, History history) {
    String currency = history.dimensions().currency();
    if (!currency.equals(costing.rollup().currency())) {
      return refused(
          Refusal.Cause.INVALID,
          "currency: " + costing.rollup().currency() + " cannot revise an entry in " + currency);
    }
    Verdict.Revision revision =
        new Verdict.Revision(
            costing,
            history.nextRevision(),
            repricingId,
            costing.amounts().minus(history.current()),
            history.dimensions(),
            history.status());
    histories.put(costing.eventId(), history.plus(revision));
    return revision;
  }

  private @Nullable KnownOriginal known(UUID eventId) {
    Costing inBatch = fresh.get(eventId);
    return inBatch != null ? KnownOriginal.of(inBatch) : originals.get(eventId);
  }

  private History history(UUID eventId) {
    return histories.computeIfAbsent(
        eventId,
        id -> {
          Costing inBatch = fresh.get(id);
          if (inBatch == null) {
            throw new IllegalStateException("the history of " + id + " was not loaded");
          }
          return History.of(inBatch);
        });
  }

  private static Verdict conflict(Costing costing) {
    return refused(
        Refusal.Cause.CONFLICT,
        "event_id: " + costing.eventId() + " is in the ledger with another completion digest");
  }

  private static Verdict refused(Refusal.Cause cause, String message) {
    return new Verdict.Refused(new Refusal(cause, message));
  }
}
