package io.llmcost.recorder.ledger;

import io.llmcost.schemas.Sha256;
import io.llmcost.schemas.UsageSources;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A costed event that is fit for the ledger: what decides its outcome, and its body.
 *
 * @param eventId UUIDv7; its time decides the month
 * @param month the partition of the ledger
 * @param repricingId null for an original costing
 * @param corrects of a correction: the digest of the usage that it takes the place of
 * @param usageSource provider, estimated or none
 * @param status succeeded, failed or cancelled
 * @param rollup what it is counted under; its shard is its batch's
 * @param amounts what the event used and cost, as the target that it states
 */
public record Costing(
    UUID eventId,
    Month month,
    @Nullable UUID repricingId,
    Sha256 digest,
    @Nullable Sha256 corrects,
    String usageSource,
    String status,
    RollupKey rollup,
    Amounts amounts,
    Body body)
    implements Reading {

  boolean hasDigest(Sha256 other) {
    return digest.equals(other);
  }

  /** Returns the usage that this target was computed from: another is no longer what it says. */
  Sha256 basis() {
    return corrects == null ? digest : corrects;
  }

  /** Returns whether it changes the usage, and not the price alone. */
  boolean isCorrection() {
    return corrects != null && !corrects.equals(digest);
  }

  boolean isEstimated() {
    return usageSource.equals(UsageSources.ESTIMATED);
  }

  boolean isProvidersUsage() {
    return usageSource.equals(UsageSources.PROVIDER);
  }
}
