package io.llmcost.recorder;

import io.llmcost.chassis.kafka.RecordDecoder;
import io.llmcost.chassis.kafka.SchemaRegistrySettings;
import io.llmcost.schemas.EventSchemas;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;

/** Makes Kafka clients from {@code spring.kafka.*}, with what exactness asks for set on top. */
final class KafkaClients {
  private static final int BUFFER_FACTOR = 2;

  private final KafkaProperties kafka;
  private final SchemaRegistrySettings registry;
  private final RecorderSettings settings;

  KafkaClients(KafkaProperties kafka, SchemaRegistrySettings registry, RecorderSettings settings) {
    this.kafka = kafka;
    this.registry = registry;
    this.settings = settings;
  }

  /** Consumers of {@code groupId}: bytes, from where they are told, and nothing by themselves. */
  Supplier<Consumer<byte[], byte[]>> consumers(String groupId, String name, int maxPollRecords) {
    Map<String, Object> properties = new HashMap<>();
    properties.put(
        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
        CooperativeStickyAssignor.class.getName());
    // A killed process is missed, and its partitions taken over, in 10 s.
    properties.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 10_000);
    properties.putAll(kafka.buildConsumerProperties());
    properties.put(ConsumerConfig.GROUP_ID_CONFIG, groupId);
    properties.put(ConsumerConfig.CLIENT_ID_CONFIG, name);
    properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, maxPollRecords);
    properties.put(
        ConsumerConfig.FETCH_MAX_BYTES_CONFIG, Math.toIntExact(settings.fetchSize().toBytes()));
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(
        ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class.getName());
    properties.put(
        ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class.getName());
    return () -> new KafkaConsumer<>(properties);
  }

  /**
   * A producer of bytes: acknowledged by all replicas, in order, without duplicates.
   *
   * @param name what it sends, for its client id
   */
  Producer<byte[], byte[]> producer(String name) {
    Map<String, Object> properties = new HashMap<>(kafka.buildProducerProperties());
    properties.put(ProducerConfig.CLIENT_ID_CONFIG, settings.groupId() + "-" + name);
    properties.put(ProducerConfig.ACKS_CONFIG, "all");
    properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    long maxSize = settings.deadLetterMaxSize().toBytes();
    properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Math.toIntExact(maxSize));
    properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, maxSize * BUFFER_FACTOR);
    properties.put(
        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
        Math.toIntExact(settings.deadLetterTimeout().toMillis()));
    properties.put(
        ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
        Math.toIntExact(settings.deadLetterTimeout().toMillis() / 2));
    properties.put(
        ProducerConfig.MAX_BLOCK_MS_CONFIG,
        Math.toIntExact(settings.deadLetterTimeout().toMillis() / 2));
    properties.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName());
    properties.put(
        ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName());
    return new KafkaProducer<>(properties);
  }

  Map<String, Object> adminProperties() {
    return kafka.buildAdminProperties();
  }

  /** A decoder over a deserializer of its own, of the class that the configuration names. */
  <T extends SpecificRecord> RecordDecoder<T> decoder(Class<T> type) {
    Map<String, Object> properties = new HashMap<>(registry.serdeProperties());
    properties.putAll(kafka.getProperties());
    properties.putAll(kafka.getConsumer().getProperties());
    try {
      Deserializer<?> deserializer =
          kafka
              .getConsumer()
              .getValueDeserializer()
              .asSubclass(Deserializer.class)
              .getDeclaredConstructor()
              .newInstance();
      deserializer.configure(properties, false);
      return new RecordDecoder<>(deserializer, type);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("spring.kafka.consumer.value-deserializer cannot be made", e);
    }
  }

  /** A serializer of events, of the class that the configuration names. */
  @SuppressWarnings("unchecked")
  Serializer<Object> serializer() {
    EventSchemas.trust();
    Map<String, Object> properties = new HashMap<>(registry.serdeProperties());
    properties.putAll(kafka.getProperties());
    properties.putAll(kafka.getProducer().getProperties());
    try {
      Serializer<Object> serializer =
          (Serializer<Object>)
              kafka
                  .getProducer()
                  .getValueSerializer()
                  .asSubclass(Serializer.class)
                  .getDeclaredConstructor()
                  .newInstance();
      serializer.configure(properties, false);
      return serializer;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("spring.kafka.producer.value-serializer cannot be made", e);
    }
  }
}
