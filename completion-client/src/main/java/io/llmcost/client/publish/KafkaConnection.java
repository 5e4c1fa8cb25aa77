package io.llmcost.client.publish;

import io.llmcost.schemas.EventHeaders;
import io.llmcost.schemas.LlmRequestCompleted;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;

/** A producer and the configured serializer. Opening it talks to nobody. */
final class KafkaConnection {
  private final String topic;
  private final Serializer<Object> serializer;
  private final Producer<byte[], byte[]> producer;

  private KafkaConnection(
      String topic, Serializer<Object> serializer, Producer<byte[], byte[]> producer) {
    this.topic = topic;
    this.serializer = serializer;
    this.producer = producer;
  }

  /**
   * Refuses settings that can never work, before anything waits for them.
   *
   * @throws IllegalArgumentException if a setting is wrong
   */
  static void check(PublisherSettings settings) {
    try {
      ProducerConfig checked = new ProducerConfig(bytesOnly(settings));
      checked.getList(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG);
      newSerializer(settings);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException("the producer's settings: " + e.getMessage(), e);
    }
  }

  static KafkaConnection open(PublisherSettings settings) {
    Serializer<Object> serializer = newSerializer(settings);
    serializer.configure(settings.effectiveProducer(), false);
    try {
      return new KafkaConnection(
          settings.topic(), serializer, new KafkaProducer<>(bytesOnly(settings)));
    } catch (RuntimeException e) {
      serializer.close();
      throw e;
    }
  }

  /** Returns the record of {@code event}; the serializer may ask its registry. */
  ProducerRecord<byte[], byte[]> record(LlmRequestCompleted event) {
    RecordHeaders headers = new RecordHeaders();
    EventHeaders.of(event)
        .forEach((name, value) -> headers.add(name, value.getBytes(StandardCharsets.UTF_8)));
    byte[] value = serializer.serialize(topic, headers, event);
    byte[] key = event.getEventId().getBytes(StandardCharsets.UTF_8);
    return new ProducerRecord<>(topic, null, key, value, headers);
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the callback is told the same
  void send(ProducerRecord<byte[], byte[]> record, Callback whenDone) {
    producer.send(record, whenDone);
  }

  /** Waits for what is under way at most {@code timeout}; what remains fails. */
  void close(Duration timeout) {
    producer.close(timeout);
    serializer.close();
  }

  private static Map<String, Object> bytesOnly(PublisherSettings settings) {
    Map<String, Object> config = settings.effectiveProducer();
    config.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    config.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    return config;
  }

  @SuppressWarnings("unchecked") // which values it takes, its configuration decides
  private static Serializer<Object> newSerializer(PublisherSettings settings) {
    Object configured = settings.producer().get(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG);
    if (configured == null) {
      throw new IllegalArgumentException("value.serializer is not set");
    }
    try {
      Class<?> type = configured instanceof Class<?> c ? c : Class.forName(configured.toString());
      return (Serializer<Object>)
          type.asSubclass(Serializer.class).getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException | ClassCastException e) {
      throw new IllegalArgumentException("value.serializer " + configured + ": " + e, e);
    }
  }
}
