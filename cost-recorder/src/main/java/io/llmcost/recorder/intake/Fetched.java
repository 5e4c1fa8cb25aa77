package io.llmcost.recorder.intake;

import io.llmcost.recorder.store.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A record as polled, and its place in its stream.
 *
 * @param from the stream's position before it: its own offset, or less where offsets are missing
 * @param next the stream's position after it
 */
public record Fetched(ConsumerRecord<byte[], byte[]> record, Stream stream, long from, long next) {}
