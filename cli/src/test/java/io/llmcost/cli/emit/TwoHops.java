package io.llmcost.cli.emit;

import io.llmcost.cli.kafka.Hops;
import io.llmcost.schemas.Topics;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * What emit sees of the calculator and the recorder: groups that commit, a second topic that grows,
 * dead letters. One thread moves both hops.
 */
final class TwoHops implements AutoCloseable {
  private final String bootstrapServers;
  private final Set<String> poison = ConcurrentHashMap.newKeySet();
  private final ConcurrentMap<String, byte[]> completed = new ConcurrentHashMap<>();
  private final Thread thread = new Thread(this::run, "two-hops");
  private volatile boolean closed;
  private volatile boolean recording = true;

  TwoHops(String bootstrapServers) {
    this.bootstrapServers = bootstrapServers;
  }

  TwoHops start() {
    thread.start();
    return this;
  }

  /** Events of these ids are dead-lettered by the first hop, twice, as after a crash. */
  TwoHops refusing(String eventId) {
    poison.add(eventId);
    return this;
  }

  /** The second hop stands still until it is told to go on. */
  void recording(boolean goesOn) {
    recording = goesOn;
  }

  /** Values of the completed events, by key. */
  Map<String, byte[]> completed() {
    return completed;
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try (KafkaConsumer<byte[], byte[]> calculator = consumer(Hops.CALCULATOR, Topics.COMPLETED);
        KafkaConsumer<byte[], byte[]> recorder = consumer(Hops.RECORDER, Topics.COSTED);
        KafkaProducer<byte[], byte[]> producer =
            new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers, "acks", "all"),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
      while (!closed) {
        for (ConsumerRecord<byte[], byte[]> record : calculator.poll(Duration.ofMillis(50))) {
          cost(producer, record);
        }
        producer.flush();
        calculator.commitSync();
        if (recording) {
          recorder.poll(Duration.ofMillis(50));
          recorder.commitSync();
        }
      }
    }
  }

  private void cost(KafkaProducer<byte[], byte[]> producer, ConsumerRecord<byte[], byte[]> record) {
    String key = new String(record.key(), StandardCharsets.UTF_8);
    completed.put(key, record.value());
    if (!poison.contains(key)) {
      send(producer, new ProducerRecord<>(Topics.COSTED, record.key(), record.value()));
      return;
    }
    for (int i = 0; i < 2; i++) {
      ProducerRecord<byte[], byte[]> letter =
          new ProducerRecord<>(Topics.deadLetter(Topics.COMPLETED), record.key(), record.value());
      letter
          .headers()
          .add("llmcost-dead-letter-cause", "INVALID".getBytes(StandardCharsets.UTF_8))
          .add("kafka_dlt-original-topic", record.topic().getBytes(StandardCharsets.UTF_8))
          .add(
              "kafka_dlt-original-partition",
              ByteBuffer.allocate(4).putInt(record.partition()).array())
          .add(
              "kafka_dlt-original-offset", ByteBuffer.allocate(8).putLong(record.offset()).array());
      send(producer, letter);
    }
  }

  private static void send(
      KafkaProducer<byte[], byte[]> producer, ProducerRecord<byte[], byte[]> record) {
    var unused = producer.send(record);
  }

  private KafkaConsumer<byte[], byte[]> consumer(String group, String topic) {
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "group.id",
                group,
                "enable.auto.commit",
                "false",
                "auto.offset.reset",
                "earliest"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    consumer.subscribe(List.of(topic));
    return consumer;
  }
}
