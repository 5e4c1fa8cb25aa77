package io.llmcost.cli.kafka;

import io.llmcost.cli.endpoint.Endpoints;
import io.llmcost.cli.terminal.CommandFailure;
import io.llmcost.client.publish.PublisherSettings;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/** The settings of this command's Kafka clients: ours, and over them a properties file's. */
public final class KafkaSettings {
  private static final Duration LINGER = Duration.ofMillis(20);

  private final String bootstrapServers;
  private final String schemaRegistryUrl;
  private final Map<String, Object> given;

  KafkaSettings(String bootstrapServers, String schemaRegistryUrl, Map<String, Object> given) {
    this.bootstrapServers = bootstrapServers;
    this.schemaRegistryUrl = schemaRegistryUrl;
    this.given = Map.copyOf(given);
  }

  /** Of the stack that the endpoints name; the file's settings go before ours. */
  public static KafkaSettings of(Endpoints endpoints, @Nullable Path propertiesFile) {
    return new KafkaSettings(
        endpoints.bootstrapServers(), endpoints.schemaRegistryUrl(), read(propertiesFile));
  }

  private static Map<String, Object> read(@Nullable Path file) {
    Map<String, Object> settings = new HashMap<>();
    if (file != null) {
      Properties properties = new Properties();
      try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
        properties.load(reader);
      } catch (IOException e) {
        throw new CommandFailure(file + " cannot be read: " + e, e);
      }
      properties.stringPropertyNames().forEach(n -> settings.put(n, properties.getProperty(n)));
    }
    return settings;
  }

  /** A client; that it cannot be made is a fault of its settings, which no waiting heals. */
  public static <T> T make(Supplier<T> client) {
    try {
      return client.get();
    } catch (KafkaException e) {
      throw new CommandFailure("wrong Kafka settings: " + Failures.reason(e), e);
    }
  }

  /** Of a producer that keeps a record until it is acknowledged, or the patience is at its end. */
  public Map<String, Object> producer(Duration patience) {
    // As the client library serializes, so that both write the same bytes under the same schema id.
    Map<String, Object> settings =
        new HashMap<>(PublisherSettings.of(bootstrapServers, schemaRegistryUrl).producer());
    settings.putAll(common());
    long requestMillis = Math.clamp(patience.toMillis() / 3, 1_000, 15_000);
    long deliveryMillis =
        Math.clamp(patience.toMillis(), requestMillis + LINGER.toMillis(), Integer.MAX_VALUE);
    settings.put("key.serializer", StringSerializer.class.getName());
    settings.put("acks", "all");
    settings.put("enable.idempotence", "true");
    settings.put("linger.ms", Long.toString(LINGER.toMillis()));
    settings.put("batch.size", Integer.toString(256 * 1024));
    settings.put("buffer.memory", Integer.toString(64 * 1024 * 1024));
    settings.put("request.timeout.ms", Long.toString(requestMillis));
    settings.put("delivery.timeout.ms", Long.toString(deliveryMillis));
    settings.put("max.block.ms", Long.toString(deliveryMillis));
    settings.putAll(given);
    return settings;
  }

  /** Of an admin client that fails soon, to be asked again. */
  public Map<String, Object> admin() {
    Map<String, Object> settings = common();
    settings.put("request.timeout.ms", "5000");
    settings.put("default.api.timeout.ms", "10000");
    settings.putAll(given);
    return settings;
  }

  /** Of a consumer of bytes without a group. */
  public Map<String, Object> consumer() {
    Map<String, Object> settings = common();
    settings.put("key.deserializer", ByteArrayDeserializer.class.getName());
    settings.put("value.deserializer", ByteArrayDeserializer.class.getName());
    settings.put("enable.auto.commit", "false");
    settings.put("auto.offset.reset", "earliest");
    settings.put("allow.auto.create.topics", "false");
    settings.put("default.api.timeout.ms", "10000");
    settings.putAll(given);
    return settings;
  }

  /** Of a deserializer that makes the contract's own classes. */
  public Map<String, Object> deserializer() {
    Map<String, Object> settings = new HashMap<>();
    settings.put("apicurio.registry.url", schemaRegistryUrl);
    settings.put("apicurio.registry.use-specific-avro-reader", true);
    settings.put("apicurio.registry.fault-tolerant-refresh", true);
    settings.put("apicurio.registry.check-period-ms", Duration.ofDays(1).toMillis());
    settings.put("apicurio.registry.retry-count", 1);
    settings.putAll(given);
    return settings;
  }

  private Map<String, Object> common() {
    Map<String, Object> settings = new HashMap<>();
    settings.put("bootstrap.servers", bootstrapServers);
    settings.put("client.id", "llmcost-emit");
    settings.put("reconnect.backoff.max.ms", "1000");
    settings.put("metadata.max.age.ms", "30000");
    return settings;
  }
}
