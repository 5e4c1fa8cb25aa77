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
 * @param size of the value, in bytes
 * @param state as {@link LetterState} has them
 * @param stateAt when it last changed; null if it never did
 * @param attempts how often it failed
 * @param replayId the replay that has it, or had it last
 * @param failedTopic where a replay of it failed last
 * @param editVersion the edit in force; null while it is as it came
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
    int size,
    String state,
    @Nullable Instant stateAt,
    int attempts,
    @Nullable UUID replayId,
    @Nullable String failedTopic,
    @Nullable Integer editVersion) {}
