package io.llmcost.client.journal;

/**
 * What a journal holds at a moment.
 *
 * @param records that wait to be acknowledged
 * @param bytes that its segments take; at most {@code maxBytes} with what is reserved
 * @param reservedBytes room promised to calls under way
 * @param oldestMillis age of the oldest record that waits, 0 where none does
 * @param quarantined records that Kafka will never take
 */
public record JournalState(
    long records,
    long bytes,
    long reservedBytes,
    long maxBytes,
    long oldestMillis,
    long quarantined) {}
