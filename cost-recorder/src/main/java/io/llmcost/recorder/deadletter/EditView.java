package io.llmcost.recorder.deadletter;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One version that an operator made.
 *
 * @param baseVersion what it was made from; null: the original
 * @param inForce whether the next replay sends it
 * @param difference what it changes in its base: path, before, after
 */
record EditView(
    int version,
    @Nullable Integer baseVersion,
    boolean inForce,
    Instant at,
    String who,
    String reason,
    JsonNode difference) {}
