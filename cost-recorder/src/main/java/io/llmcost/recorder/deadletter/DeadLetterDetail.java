package io.llmcost.recorder.deadletter;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One dead letter with all that is known of it.
 *
 * @param deadLetterTopic where it lies; so {@code deadLetterPartition} and {@code deadLetterOffset}
 * @param exception the class of what was thrown
 * @param headers as they came, numbers as hex
 * @param content the original value
 * @param edits every version that an operator made, oldest first
 * @param edited the value of the version in force; null while that is the original
 */
record DeadLetterDetail(
    @JsonUnwrapped DeadLetterSummary summary,
    String deadLetterTopic,
    int deadLetterPartition,
    long deadLetterOffset,
    @Nullable String exception,
    List<Map<String, Object>> headers,
    @JsonUnwrapped Content content,
    List<EditView> edits,
    @Nullable Content edited) {}
