package io.llmcost.cli.emit;

import io.llmcost.cli.kafka.Failures;
import io.llmcost.cli.kafka.KafkaSettings;
import io.llmcost.cli.kafka.Patience;
import io.llmcost.schemas.EventHeaders;
import io.llmcost.schemas.EventSchemas;
import io.llmcost.schemas.LlmRequestCompleted;
import io.llmcost.schemas.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;

/**
 * Publishes events until each is acknowledged by all replicas, through outages of Kafka and of the
 * registry. Sending an event again is harmless: its id decides.
 */
final class EventProducer implements AutoCloseable {
  private static final String WHAT = "publish to " + Topics.COMPLETED;

  private final KafkaSettings settings;
  private final Patience patience;
  private final Consumer<EventSource.Line.Refused> refused;
  private final Queue<EventSource.Line.Event> failed = new ConcurrentLinkedQueue<>();
  private final Map<Integer, Long> nextOffsets = new HashMap<>();
  private final AtomicLong acknowledged = new AtomicLong();
  private boolean offsetsKnown = true;
  private volatile @Nullable Throwable lastFailure;
  private @Nullable KafkaProducer<String, LlmRequestCompleted> producer;

  /**
   * @param refused is told of an event that no broker would take
   */
  EventProducer(
      KafkaSettings settings, Patience patience, Consumer<EventSource.Line.Refused> refused) {
    EventSchemas.trust();
    this.settings = settings;
    this.patience = patience;
    this.refused = refused;
  }

  /** Hands the event to Kafka's client; waits while its buffer is full or the registry away. */
  void send(EventSource.Line.Event line) {
    while (true) {
      try {
        var unused =
            producer()
                .send(record(line.event()), (metadata, error) -> ended(line, metadata, error));
        return;
      } catch (RuntimeException e) {
        String unencodable = unencodable(line.event());
        if (unencodable != null) {
          refused.accept(new EventSource.Line.Refused(line.number(), "event", unencodable));
          return;
        }
        patience.pause(WHAT, e);
      }
    }
  }

  /** Waits until Kafka has acknowledged every event, sending anew what it failed to take. */
  void finish() {
    producer().flush();
    while (!failed.isEmpty()) {
      Throwable failure = lastFailure;
      patience.pause(WHAT, failure != null ? failure : new IOException("not acknowledged"));
      close(); // Whatever state the old client got into ends with it.
      drained().forEach(this::send);
      producer().flush();
    }
  }

  long acknowledged() {
    return acknowledged.get();
  }

  /**
   * By partition, the offset after the last event of this producer; empty where Kafka took an event
   * that had come before, and does not remember where it is.
   */
  Optional<Map<Integer, Long>> nextOffsets() {
    synchronized (nextOffsets) {
      return offsetsKnown ? Optional.of(Map.copyOf(nextOffsets)) : Optional.empty();
    }
  }

  @Override
  public void close() {
    if (producer != null) {
      producer.close(Duration.ZERO);
      producer = null;
    }
  }

  private List<EventSource.Line.Event> drained() {
    List<EventSource.Line.Event> drained = new ArrayList<>();
    for (EventSource.Line.Event line = failed.poll(); line != null; line = failed.poll()) {
      drained.add(line);
    }
    return drained;
  }

  private KafkaProducer<String, LlmRequestCompleted> producer() {
    KafkaProducer<String, LlmRequestCompleted> open = producer;
    if (open == null) {
      open = KafkaSettings.make(() -> new KafkaProducer<>(settings.producer(patience.limit())));
      producer = open;
    }
    return open;
  }

  private void ended(
      EventSource.Line.Event line, @Nullable RecordMetadata metadata, @Nullable Exception error) {
    if (error == null && metadata != null) {
      acknowledged.incrementAndGet();
      patience.progress();
      synchronized (nextOffsets) {
        if (metadata.hasOffset()) {
          nextOffsets.merge(metadata.partition(), metadata.offset() + 1, Math::max);
        } else {
          offsetsKnown = false;
        }
      }
    } else if (error instanceof RecordTooLargeException) {
      refused.accept(
          new EventSource.Line.Refused(line.number(), "event", "is larger than the topic takes"));
    } else {
      lastFailure = error;
      failed.add(line);
    }
  }

  private static ProducerRecord<String, LlmRequestCompleted> record(LlmRequestCompleted event) {
    ProducerRecord<String, LlmRequestCompleted> record =
        new ProducerRecord<>(Topics.COMPLETED, event.getEventId(), event);
    EventHeaders.of(event)
        .forEach(
            (name, value) -> record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
    return record;
  }

  /** Why Avro itself cannot write the event, or null where it can and the fault lies elsewhere. */
  private static @Nullable String unencodable(LlmRequestCompleted event) {
    try {
      LlmRequestCompleted.getEncoder().encode(event);
      return null;
    } catch (IOException | RuntimeException e) {
      return Failures.reason(e);
    }
  }
}
