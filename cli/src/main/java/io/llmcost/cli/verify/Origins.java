package io.llmcost.cli.verify;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** Which records the dead letters were made of. */
final class Origins {
  private static final String TOPIC = "kafka_dlt-original-topic";
  private static final String PARTITION = "kafka_dlt-original-partition";
  private static final String OFFSET = "kafka_dlt-original-offset";
  private static final String TIMESTAMP = "kafka_dlt-original-timestamp";

  /** The timestamp tells a topic from an earlier one of its name. */
  private record Place(String topic, int partition, long offset, long timestamp) {}

  private final Set<Place> places = new HashSet<>();

  void add(ConsumerRecord<byte[], byte[]> letter) {
    byte[] topic = value(letter, TOPIC);
    byte[] partition = value(letter, PARTITION);
    byte[] offset = value(letter, OFFSET);
    byte[] timestamp = value(letter, TIMESTAMP);
    if (topic != null
        && has(partition, Integer.BYTES)
        && has(offset, Long.BYTES)
        && has(timestamp, Long.BYTES)) {
      places.add(
          new Place(
              new String(topic, StandardCharsets.UTF_8),
              number(partition).getInt(),
              number(offset).getLong(),
              number(timestamp).getLong()));
    }
  }

  /** Whether this very record is among the dead letters. */
  boolean contain(ConsumerRecord<byte[], byte[]> record) {
    return places.contains(
        new Place(record.topic(), record.partition(), record.offset(), record.timestamp()));
  }

  int size() {
    return places.size();
  }

  private static byte @Nullable [] value(ConsumerRecord<byte[], byte[]> letter, String name) {
    Header header = letter.headers().lastHeader(name);
    return header == null ? null : header.value();
  }

  private static boolean has(byte @Nullable [] value, int length) {
    return value != null && value.length == length;
  }

  private static ByteBuffer number(byte @Nullable [] value) {
    return ByteBuffer.wrap(Objects.requireNonNull(value));
  }
}
