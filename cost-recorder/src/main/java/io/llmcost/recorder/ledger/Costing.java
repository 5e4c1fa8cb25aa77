package io.llmcost.recorder.ledger;

import io.llmcost.schemas.LlmRequestCosted;
import io.llmcost.schemas.Sha256;
import io.llmcost.schemas.UsageSources;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A costed event that is fit for the ledger, with what the ledger derives from it.
 *
 * @param shard the Kafka partition it came from: whose rollup rows it adds to
 * @param eventId UUIDv7; its time decides the month
 * @param month the partition of the ledger
 * @param repricingId null for an original costing
 * @param amounts what the event used and cost, as the target that it states
 */
public record Costing(
    int shard,
    UUID eventId,
    Month month,
    @Nullable UUID repricingId,
    Amounts amounts,
    LlmRequestCosted event)
    implements Reading {

  Sha256 digest() {
    return event.getCompletionDigest();
  }

  boolean hasDigest(Sha256 other) {
    return digest().equals(other);
  }

  boolean isEstimated() {
    return event.getCompleted().getUsageSource().equals(UsageSources.ESTIMATED);
  }

  boolean isProvidersUsage() {
    return event.getCompleted().getUsageSource().equals(UsageSources.PROVIDER);
  }
}
