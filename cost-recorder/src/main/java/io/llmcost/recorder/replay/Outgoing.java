package io.llmcost.recorder.replay;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A dead letter on its way back: the original's bytes, or those of the edit in force.
 *
 * @param position in its replay
 * @param topic where it came from
 * @param headers as they are stored, {@code [[name, value]]}
 * @param eventHeaders what an edited event says that they should be, by name; null for an original
 * @param count how often it is replayed with this
 */
@SuppressWarnings("ArrayRecordComponent") // Bytes on their way, never compared.
record Outgoing(
    int position,
    UUID deadLetterId,
    String topic,
    byte @Nullable [] key,
    byte @Nullable [] value,
    String headers,
    @Nullable String eventHeaders,
    int count) {}
