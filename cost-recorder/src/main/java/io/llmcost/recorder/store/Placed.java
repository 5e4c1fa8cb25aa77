package io.llmcost.recorder.store;

import io.llmcost.recorder.ledger.Reading;
import java.time.Instant;

/**
 * A record that was read, and its place in its stream.
 *
 * @param from the stream's position before it: its own offset, or less where offsets are missing
 * @param next the stream's position after it
 * @param appendedAt the broker's clock, when it was appended
 */
public record Placed(Stream stream, long from, long next, Instant appendedAt, Reading reading) {}
