package io.llmcost.client.publish;

import io.llmcost.schemas.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * How events reach Kafka.
 *
 * @param topic {@code llm.request.completed} unless set
 * @param producer Kafka producer settings by name; bootstrap.servers is needed, and
 *     value.serializer with its registry's settings. What a lossless, endless delivery rests on
 *     (acks, idempotence, the delivery timeout) is not to be changed.
 * @param retryDelay first wait after a failure, doubled up to a hundred times of it; 100 ms
 * @param closeTimeout how long {@code close} sends what waits; 5 s
 */
public record PublisherSettings(
    String topic, Map<String, Object> producer, Duration retryDelay, Duration closeTimeout) {
  private static final String APICURIO_SERIALIZER =
      "io.apicurio.registry.serde.avro.AvroKafkaSerializer";

  private static final Map<String, Object> DEFAULTS =
      Map.of(
          ProducerConfig.CLIENT_ID_CONFIG,
          "llmcost-client",
          ProducerConfig.COMPRESSION_TYPE_CONFIG,
          "lz4",
          ProducerConfig.LINGER_MS_CONFIG,
          5,
          ProducerConfig.BATCH_SIZE_CONFIG,
          64 << 10,
          ProducerConfig.BUFFER_MEMORY_CONFIG,
          16L << 20,
          ProducerConfig.MAX_BLOCK_MS_CONFIG,
          2_000L,
          ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG,
          2_000L);

  private static final Map<String, Object> OURS =
      Map.of(
          ProducerConfig.ACKS_CONFIG,
          "all",
          ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
          true,
          ProducerConfig.RETRIES_CONFIG,
          Integer.MAX_VALUE,
          ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
          Integer.MAX_VALUE);

  public PublisherSettings {
    Objects.requireNonNull(topic, "topic");
    producer = Map.copyOf(producer);
    Objects.requireNonNull(retryDelay, "retryDelay");
    Objects.requireNonNull(closeTimeout, "closeTimeout");
    if (retryDelay.isZero() || retryDelay.isNegative() || closeTimeout.isNegative()) {
      throw new IllegalArgumentException("retryDelay and closeTimeout are positive");
    }
  }

  /**
   * Returns the defaults: Apicurio's serializer, lz4, a linger of 5 ms.
   *
   * @param schemaRegistryUrl the registry's API, for instance {@code
   *     http://localhost:8085/apis/registry/v3}
   */
  public static PublisherSettings of(String bootstrapServers, String schemaRegistryUrl) {
    Map<String, Object> producer = new HashMap<>();
    producer.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    producer.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, APICURIO_SERIALIZER);
    producer.put("schema.registry.url", schemaRegistryUrl);
    producer.put("apicurio.registry.url", schemaRegistryUrl);
    producer.put("apicurio.registry.auto-register", true);
    producer.put("apicurio.registry.auto-register.if-exists", "FIND_OR_CREATE_VERSION");
    // A schema that is cached goes on working while the registry is away; waiting is ours.
    producer.put("apicurio.registry.fault-tolerant-refresh", true);
    producer.put("apicurio.registry.check-period-ms", Duration.ofDays(1).toMillis());
    producer.put("apicurio.registry.retry-count", 1);
    producer.put("apicurio.registry.avro-datum-provider", EventDatumProvider.class.getName());
    return new PublisherSettings(
        Topics.COMPLETED, producer, Duration.ofMillis(100), Duration.ofSeconds(5));
  }

  /** Returns these with one more producer setting, or another value of it. */
  public PublisherSettings withProducer(String name, Object value) {
    Map<String, Object> more = new HashMap<>(producer);
    more.put(name, value);
    return new PublisherSettings(topic, more, retryDelay, closeTimeout);
  }

  /** Returns the producer's settings as they are in force. */
  Map<String, Object> effectiveProducer() {
    Map<String, Object> effective = new HashMap<>(DEFAULTS);
    effective.putAll(producer);
    effective.putAll(OURS);
    return effective;
  }
}
