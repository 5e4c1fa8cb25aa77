package io.llmcost.benchmarks;

import io.llmcost.client.publish.PublisherSettings;
import io.llmcost.schemas.EventHeaders;
import io.llmcost.schemas.EventIds;
import io.llmcost.schemas.EventSchemas;
import io.llmcost.schemas.LlmRequestCompleted;
import io.llmcost.schemas.Meters;
import io.llmcost.schemas.Topics;
import io.llmcost.schemas.Trackable;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Fills topics with events as a busy company has them: 40 projects, five models, five request
 * types, 40,000 calls ended a second, each published within two seconds of its end.
 */
final class Load implements AutoCloseable {
  private static final List<String> MODELS =
      List.of("gpt-4o", "gpt-4o-mini", "gpt-4.1", "gpt-4.1-mini", "o3");
  private static final Duration BETWEEN_CALLS = Duration.ofNanos(25_000);
  private static final int LATEST_MILLIS = 2_000;

  private final SplittableRandom random = new SplittableRandom(20_261_124);
  private final KafkaProducer<String, Object> producer;
  private final Admin admin;
  private Instant lastCall = Instant.now().minusSeconds(3600);

  Load(String bootstrapServers, String schemaRegistryUrl) {
    EventSchemas.trust();
    Map<String, Object> settings =
        new HashMap<>(PublisherSettings.of(bootstrapServers, schemaRegistryUrl).producer());
    settings.put("key.serializer", StringSerializer.class.getName());
    settings.put("acks", "all");
    settings.put("linger.ms", 20);
    settings.put("batch.size", 256 << 10);
    settings.put("buffer.memory", 64 << 20);
    settings.put("compression.type", "lz4");
    producer = new KafkaProducer<>(settings);
    admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
  }

  /** Publishes new completed events; returns once all are acknowledged. */
  void completed(int events) {
    for (int i = 0; i < events; i++) {
      LlmRequestCompleted event = event();
      var record = new ProducerRecord<String, Object>(Topics.COMPLETED, event.getEventId(), event);
      EventHeaders.of(event)
          .forEach(
              (name, text) -> record.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
      send(record);
    }
    producer.flush();
  }

  /** Publishes events of twelve flat columns, which is what a JDBC sink can take. */
  void flat(int events) throws ExecutionException, InterruptedException {
    admin
        .createTopics(
            List.of(
                new NewTopic(FlatEvents.TOPIC, Optional.of(Topics.PARTITIONS), Optional.empty())))
        .all()
        .get();
    for (int i = 0; i < events; i++) {
      GenericRecord event = FlatEvents.of(event());
      send(new ProducerRecord<>(FlatEvents.TOPIC, event.get("event_id").toString(), event));
    }
    producer.flush();
  }

  private void send(ProducerRecord<String, Object> record) {
    var unused =
        producer.send(
            record,
            (metadata, error) -> {
              if (error != null) {
                throw new IllegalStateException(error);
              }
            });
  }

  /** How many offsets the topic has. */
  long end(String topic) throws ExecutionException, InterruptedException {
    Map<TopicPartition, OffsetSpec> latest =
        IntStream.range(0, Topics.PARTITIONS)
            .boxed()
            .collect(Collectors.toMap(p -> new TopicPartition(topic, p), p -> OffsetSpec.latest()));
    return admin.listOffsets(latest).all().get().values().stream()
        .mapToLong(ListOffsetsResultInfo::offset)
        .sum();
  }

  void awaitEnd(String topic, long end, Duration limit)
      throws ExecutionException, InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (end(topic) < end) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(topic + " did not fill");
      }
      Thread.sleep(200);
    }
  }

  private LlmRequestCompleted event() {
    lastCall = lastCall.plus(BETWEEN_CALLS);
    Instant at = lastCall.minusMillis(random.nextInt(LATEST_MILLIS));
    String model = MODELS.get(random.nextInt(MODELS.size()));
    long input = 50 + random.nextLong(8_000);
    return LlmRequestCompleted.newBuilder()
        .setEventId(EventIds.derive(at, "benchmark", Long.toString(random.nextLong())).toString())
        .setOccurredAt(at)
        .setSource("checkout")
        .setProject("project-" + random.nextInt(40))
        .setProvider("openai")
        .setOperation("chat")
        .setModelRequested(model)
        .setModel(model)
        .setRequestType("type-" + random.nextInt(5))
        .setUserId("user-" + random.nextInt(10_000))
        .setTrackable(new Trackable("order", Integer.toString(random.nextInt(1_000_000))))
        .setTags(Map.of("team", "team-" + random.nextInt(12), "stage", "production"))
        .setStatus("succeeded")
        .setHttpStatus(200)
        .setStreamed(true)
        .setLatencyMillis(300L + random.nextInt(9_000))
        .setTimeToFirstTokenMillis(100L + random.nextInt(900))
        .setUsage(
            List.of(
                Meters.item(Meters.INPUT, input),
                Meters.item(Meters.INPUT_CACHE_READ, random.nextInt(4_000)),
                Meters.item(Meters.OUTPUT, 1 + random.nextInt(1_500))))
        .setContextTokens(input)
        .build();
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(5));
    admin.close(Duration.ofSeconds(5));
  }
}
