package io.llmcost.calculator.costing;

import io.llmcost.schemas.LlmRequestCompleted;
import io.llmcost.schemas.Sha256;
import java.math.BigDecimal;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An event as the ledger has it: what was used, as corrected if it was, and what it costs now.
 *
 * @param completed with the usage as it stands
 * @param billedModel what it is reported under
 * @param digest of that usage
 * @param costStatus of its last revision
 * @param current the sums over its revisions
 * @param moved what the repricing in question has added to its cost already; null where it is still
 *     to come
 */
public record PastEvent(
    UUID eventId,
    LlmRequestCompleted completed,
    String billedModel,
    Sha256 digest,
    String costStatus,
    CostSums current,
    @Nullable BigDecimal moved) {}
