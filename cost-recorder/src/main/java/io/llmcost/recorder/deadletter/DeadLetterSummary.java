package io.llmcost.recorder.deadletter;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A dead letter in a list.
 *
 * @param id UUIDv7, sorts by {@code deadLetteredAt}
 * @param topic where it would have been recorded from: the original topic
 * @param partition of the original, null where unknown; so {@code offset} and {@code originalAt}
 * @param key as text where it is UTF-8, else hex
 * @param state open until replayed or discarded
 */
record DeadLetterSummary(
    UUID id,
    Instant deadLetteredAt,
    String cause,
    String message,
    String topic,
    @Nullable Integer partition,
    @Nullable Long offset,
    @Nullable Instant originalAt,
    @Nullable String key,
    @Nullable String project,
    @Nullable String provider,
    @Nullable String model,
    String state,
    int attempts) {}
