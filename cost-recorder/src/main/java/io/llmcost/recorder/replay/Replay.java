package io.llmcost.recorder.replay;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A replay and how far it is: selected = recorded + already_recorded + failed + cancelled +
 * outstanding.
 *
 * @param state running, paused, cancelling, cancelled, sent (the ends of some are outstanding) or
 *     done
 * @param rate records a second
 * @param sent what Kafka has acknowledged
 * @param recorded added to the ledger
 * @param alreadyRecorded were in the ledger
 * @param failed came back as dead letters, or Kafka refused them for good
 * @param outstanding not sent, or their end is not known yet
 */
record Replay(
    UUID id,
    Instant madeAt,
    String madeBy,
    @Nullable String note,
    JsonNode selector,
    int rate,
    String state,
    Instant stateAt,
    long selected,
    long sent,
    long recorded,
    long alreadyRecorded,
    long failed,
    long cancelled,
    long outstanding) {}
