package io.llmcost.recorder.ledger;

import io.llmcost.schemas.Sha256;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Every revision of one event, as the ledger has them: what the next revision is computed from.
 *
 * @param dimensions what revision 0 is counted under
 * @param status revision 0's
 * @param revisions ascending, the first is revision 0
 * @param unchanged repricings that moved nothing, and so are no revisions
 */
public record History(
    RollupKey dimensions, String status, List<Entry> revisions, Set<UUID> unchanged) {

  public History {
    revisions = List.copyOf(revisions);
    unchanged = Set.copyOf(unchanged);
    if (revisions.isEmpty()) {
      throw new IllegalArgumentException("an event that the ledger has has a revision 0");
    }
  }

  /** One row of the event. */
  public record Entry(int revision, @Nullable UUID repricingId, Sha256 digest, Amounts amounts) {}

  static History of(Costing costing) {
    return new History(
        costing.rollup(),
        costing.status(),
        List.of(new Entry(0, null, costing.digest(), costing.amounts())),
        Set.of());
  }

  History plus(Verdict.Revision revision) {
    List<Entry> all = new ArrayList<>(revisions);
    all.add(
        new Entry(
            revision.revision(),
            revision.repricingId(),
            revision.costing().digest(),
            revision.difference()));
    return new History(dimensions, status, all, unchanged);
  }

  /** Returns this history with a repricing that moved nothing. */
  public History plusUnchanged(UUID repricingId) {
    Set<UUID> all = new HashSet<>(unchanged);
    all.add(repricingId);
    return new History(dimensions, status, revisions, all);
  }

  Amounts current() {
    return revisions.stream().map(Entry::amounts).reduce(Amounts.ZERO, Amounts::plus);
  }

  /** Returns the digest of the usage as it stands. */
  Sha256 digest() {
    return revisions.getLast().digest();
  }

  int nextRevision() {
    return revisions.getLast().revision() + 1;
  }

  boolean has(UUID repricingId) {
    return unchanged.contains(repricingId)
        || revisions.stream().anyMatch(entry -> repricingId.equals(entry.repricingId()));
  }

  /** Whether a person's correction changed the usage before. */
  boolean wasCorrected() {
    for (int i = 1; i < revisions.size(); i++) {
      Entry entry = revisions.get(i);
      boolean sameUsage = entry.digest().equals(revisions.get(i - 1).digest());
      if (!sameUsage && !Replacements.idOf(entry.digest()).equals(entry.repricingId())) {
        return true;
      }
    }
    return false;
  }

  /** Whether the provider's own usage took the place of an estimate before. */
  boolean estimateWasReplaced() {
    return revisions.stream()
        .anyMatch(
            entry ->
                entry.repricingId() != null
                    && entry.repricingId().equals(Replacements.idOf(entry.digest())));
  }
}
