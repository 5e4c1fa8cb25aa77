package io.llmcost.cli.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class OriginsTest {

  @Test
  void onlyTheVeryRecordIsADeadLetter() {
    Origins origins = new Origins();
    origins.add(letter(3, 17, 1_000));
    origins.add(letter(3, 17, 1_000));

    assertThat(origins.size()).isEqualTo(1);
    assertThat(origins.contain(at("topic", 3, 17, 1_000, new RecordHeaders()))).isTrue();
    assertThat(origins.contain(at("other", 3, 17, 1_000, new RecordHeaders()))).isFalse();
    assertThat(origins.contain(at("topic", 3, 18, 1_000, new RecordHeaders()))).isFalse();
    assertThat(origins.contain(at("topic", 3, 17, 1_001, new RecordHeaders()))).isFalse();
  }

  @Test
  void letterThatDoesNotTellWhereItCameFromAccountsForNothing() {
    Origins origins = new Origins();
    Headers cut = letter(0, 0, 0).headers();
    cut.remove("kafka_dlt-original-offset");
    cut.add("kafka_dlt-original-offset", new byte[] {1, 2});
    origins.add(at("topic-dlt", 0, 0, 5, cut));
    origins.add(at("topic-dlt", 0, 1, 5, new RecordHeaders()));

    assertThat(origins.size()).isZero();
  }

  private static ConsumerRecord<byte[], byte[]> letter(int partition, long offset, long at) {
    Headers headers =
        new RecordHeaders()
            .add("kafka_dlt-original-topic", "topic".getBytes(StandardCharsets.UTF_8))
            .add("kafka_dlt-original-partition", ByteBuffer.allocate(4).putInt(partition).array())
            .add("kafka_dlt-original-offset", ByteBuffer.allocate(8).putLong(offset).array())
            .add("kafka_dlt-original-timestamp", ByteBuffer.allocate(8).putLong(at).array());
    return at("topic-dlt", 0, 0, 5, headers);
  }

  private static ConsumerRecord<byte[], byte[]> at(
      String topic, int partition, long offset, long timestamp, Headers headers) {
    return new ConsumerRecord<>(
        topic,
        partition,
        offset,
        timestamp,
        TimestampType.LOG_APPEND_TIME,
        0,
        0,
        new byte[0],
        new byte[0],
        headers,
        Optional.empty());
  }
}
