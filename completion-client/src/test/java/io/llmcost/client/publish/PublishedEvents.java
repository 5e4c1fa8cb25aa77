package io.llmcost.client.publish;

import io.llmcost.localstack.Backends;
import io.llmcost.schemas.EventSchemas;
import io.llmcost.schemas.LlmRequestCompleted;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.TopicExistsException;

/** A topic, and what arrives there. */
public final class PublishedEvents implements AutoCloseable {
  private final String topic;
  private final KafkaConsumer<String, LlmRequestCompleted> consumer;

  /** Makes {@code topic} where it does not exist; where it does, others' events may be in it. */
  public PublishedEvents(Backends backends, String topic)
      throws ExecutionException, InterruptedException {
    this.topic = topic;
    EventSchemas.trust();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", backends.bootstrapServers()))) {
      admin.createTopics(List.of(new NewTopic(topic, 3, (short) 1))).all().get();
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw e;
      }
    }
    Map<String, Object> config = new HashMap<>();
    config.put("bootstrap.servers", backends.bootstrapServers());
    config.put("group.id", "test-" + UUID.randomUUID());
    config.put("auto.offset.reset", "earliest");
    config.put("key.deserializer", "org.apache.kafka.common.serialization.StringDeserializer");
    config.put("value.deserializer", "io.apicurio.registry.serde.avro.AvroKafkaDeserializer");
    config.put("apicurio.registry.url", backends.schemaRegistryUrl());
    config.put("apicurio.registry.use-specific-avro-reader", true);
    consumer = new KafkaConsumer<>(config);
    consumer.subscribe(List.of(topic));
  }

  public String topic() {
    return topic;
  }

  /** Returns what arrived: at least {@code atLeast} records, or an error after a minute. */
  public List<ConsumerRecord<String, LlmRequestCompleted>> await(int atLeast) {
    return await(record -> true, atLeast);
  }

  /** Returns what arrived of {@code source}: at least {@code atLeast}, or an error as above. */
  public List<LlmRequestCompleted> await(String source, int atLeast) {
    return await(record -> record.value().getSource().equals(source), atLeast).stream()
        .map(ConsumerRecord::value)
        .toList();
  }

  private List<ConsumerRecord<String, LlmRequestCompleted>> await(
      Predicate<ConsumerRecord<String, LlmRequestCompleted>> wanted, int atLeast) {
    List<ConsumerRecord<String, LlmRequestCompleted>> records = new ArrayList<>();
    long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
    while (records.size() < atLeast) {
      if (System.nanoTime() > end) {
        throw new AssertionError(records.size() + " of " + atLeast + " arrived");
      }
      consumer
          .poll(Duration.ofMillis(200))
          .forEach(
              record -> {
                if (wanted.test(record)) {
                  records.add(record);
                }
              });
    }
    return records;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
