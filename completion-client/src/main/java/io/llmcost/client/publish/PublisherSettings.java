package io.llmcost.client.publish;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;

/**
 * How events reach Kafka.
 *
 * @param topic {@code llm.request.completed} unless set
 * @param producer Kafka producer settings by name; bootstrap.servers is needed, and
 *     value.serializer with its registry's settings; acks, idempotence and endless delivery are
 *     ours
 * @param retryDelay first wait after a failure, doubled up to a hundred times of it; 100 ms
 * @param closeTimeout how long {@code close} waits for what is under way; 5 s
 */
public record PublisherSettings(
    String topic, Map<String, Object> producer, Duration retryDelay, Duration closeTimeout) {
  public PublisherSettings {
    Objects.requireNonNull(topic, "topic");
    producer = Map.copyOf(producer);
    Objects.requireNonNull(retryDelay, "retryDelay");
    Objects.requireNonNull(closeTimeout, "closeTimeout");
  }

  /** Returns the defaults: the Apicurio serializer, lz4, a linger of 5 ms. */
  public static PublisherSettings of(String bootstrapServers, String schemaRegistryUrl) {
    return new PublisherSettings(
        io.llmcost.schemas.Topics.COMPLETED,
        Map.of(
            "bootstrap.servers",
            bootstrapServers,
            "value.serializer",
            "io.apicurio.registry.serde.avro.AvroKafkaSerializer",
            "apicurio.registry.url",
            schemaRegistryUrl,
            "apicurio.registry.auto-register",
            "true"),
        Duration.ofMillis(100),
        Duration.ofSeconds(5));
  }
}
