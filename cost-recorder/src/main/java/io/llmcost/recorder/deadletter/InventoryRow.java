package io.llmcost.recorder.deadletter;

import java.time.Instant;

/**
 * Dead letters of one topic, cause and state.
 *
 * @param topic the original topic
 * @param oldest when the first of them was dead-lettered; so {@code newest}
 * @param bytes of their values
 */
record InventoryRow(
    String topic,
    String cause,
    String state,
    long count,
    Instant oldest,
    Instant newest,
    long bytes) {}
