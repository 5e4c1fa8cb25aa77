package io.llmcost.systemtests;

import io.llmcost.client.publish.PublisherSettings;
import io.llmcost.schemas.EventHeaders;
import io.llmcost.schemas.EventSchemas;
import io.llmcost.schemas.LlmRequestCompleted;
import io.llmcost.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/** A producer of another team: Avro through the registry, and again until it is acknowledged. */
final class EventSender implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofMillis(200);

  private final Events events;
  private final KafkaProducer<String, LlmRequestCompleted> producer;
  private final Queue<Integer> unacknowledged = new ConcurrentLinkedQueue<>();
  private final AtomicLong acknowledged = new AtomicLong();
  private final AtomicLong failures = new AtomicLong();

  EventSender(RunningStack stack, Events events) {
    EventSchemas.trust();
    this.events = events;
    Map<String, Object> settings =
        new HashMap<>(
            PublisherSettings.of(stack.address("kafka"), stack.address("schema_registry"))
                .producer());
    settings.put("key.serializer", StringSerializer.class.getName());
    settings.put("acks", "all");
    settings.put("linger.ms", 10);
    settings.put("compression.type", "lz4");
    settings.put("request.timeout.ms", 3_000);
    // Short, so that an outage is met by the sending anew that is tested here.
    settings.put("delivery.timeout.ms", 5_000);
    settings.put("max.block.ms", 3_000);
    settings.put("reconnect.backoff.max.ms", 500);
    this.producer = new KafkaProducer<>(settings);
  }

  /** Sends the nth event; returns at once, or after the producer's patience where Kafka is away. */
  void send(int n) {
    LlmRequestCompleted event = events.event(n);
    var record = new ProducerRecord<>(Topics.COMPLETED, event.getEventId(), event);
    EventHeaders.of(event)
        .forEach((name, text) -> record.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
    try {
      var unused =
          producer.send(
              record,
              (metadata, error) -> {
                if (error == null) {
                  acknowledged.incrementAndGet();
                } else {
                  failed(n);
                }
              });
    } catch (RuntimeException e) {
      failed(n);
    }
  }

  /** Sends anew what was not acknowledged so far. */
  void sendAgain() {
    for (Integer n = unacknowledged.poll(); n != null; n = unacknowledged.poll()) {
      send(n);
    }
  }

  /** Returns once Kafka has acknowledged everything. */
  void finish() throws InterruptedException {
    producer.flush();
    while (!unacknowledged.isEmpty()) {
      Thread.sleep(PAUSE);
      sendAgain();
      producer.flush();
    }
  }

  /** Records that Kafka has acknowledged, duplicates too. */
  long acknowledged() {
    return acknowledged.get();
  }

  /** How often sending failed for the moment, and was done anew. */
  long failures() {
    return failures.get();
  }

  private void failed(int n) {
    failures.incrementAndGet();
    unacknowledged.add(n);
  }

  @Override
  public void close() {
    producer.close(Duration.ZERO);
  }
}
