package io.llmcost.cli.kafka;

import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** Reads a range of offsets once, through outages, in no group. */
public final class TopicReader {
  private static final Duration POLL = Duration.ofMillis(250);

  private final KafkaSettings settings;
  private final Patience patience;

  public TopicReader(KafkaSettings settings, Patience patience) {
    this.settings = settings;
    this.patience = patience;
  }

  /**
   * Hands every record from {@code from} (absent: 0) up to {@code to} to {@code action}, in the
   * order of each partition; {@code what} is for the line of a failure.
   */
  public void read(
      String what,
      Map<TopicPartition, Long> from,
      Map<TopicPartition, Long> to,
      Consumer<ConsumerRecord<byte[], byte[]>> action) {
    if (to.isEmpty()) {
      return;
    }
    try (KafkaConsumer<byte[], byte[]> consumer =
        KafkaSettings.make(() -> new KafkaConsumer<>(settings.consumer()))) {
      consumer.assign(to.keySet());
      to.keySet().forEach(p -> consumer.seek(p, from.getOrDefault(p, 0L)));
      while (!reached(consumer, to)) {
        boolean some = false;
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          some = true;
          if (record.offset() < end(to, record)) {
            action.accept(record);
          }
        }
        if (some) {
          patience.progress();
        } else {
          patience.pause(what, "Kafka sends nothing");
        }
      }
    }
  }

  private static boolean reached(
      KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
    boolean reached = true;
    for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
      if (consumer.position(end.getKey()) < end.getValue()) {
        reached = false;
      } else {
        consumer.pause(java.util.List.of(end.getKey()));
      }
    }
    return reached;
  }

  private static long end(Map<TopicPartition, Long> to, ConsumerRecord<byte[], byte[]> record) {
    return to.getOrDefault(new TopicPartition(record.topic(), record.partition()), 0L);
  }
}
