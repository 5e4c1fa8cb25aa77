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
 * @param size of the value, in bytes
 * @param valueHex the value's bytes; null for a record without a value
 * @param value the event, where the bytes can be decoded
 * @param undecodable why they cannot, else null
 */
record DeadLetterDetail(
    @JsonUnwrapped DeadLetterSummary summary,
    String deadLetterTopic,
    int deadLetterPartition,
    long deadLetterOffset,
    @Nullable String exception,
    List<Map<String, Object>> headers,
    int size,
    @Nullable String valueHex,
    @Nullable Object value,
    @Nullable String undecodable) {}
