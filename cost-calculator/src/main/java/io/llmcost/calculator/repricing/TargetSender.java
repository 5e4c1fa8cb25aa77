package io.llmcost.calculator.repricing;

import io.llmcost.schemas.EventHeaders;
import io.llmcost.schemas.LlmRequestCosted;
import io.llmcost.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;

/**
 * Sends target costings, with the event's id for a key so that they follow what was sent of the
 * event before, and waits until Kafka has them.
 */
final class TargetSender {
  private static final Duration LONGEST = Duration.ofSeconds(90);

  private final Supplier<Producer<String, LlmRequestCosted>> producers;
  private @Nullable Producer<String, LlmRequestCosted> producer;

  /**
   * @param producers asked with the first target
   */
  TargetSender(Supplier<Producer<String, LlmRequestCosted>> producers) {
    this.producers = producers;
  }

  /**
   * What Kafka made of a page.
   *
   * @param through when it appended the last of them; null where it has none
   * @param refused what it never takes, and why
   */
  record Sent(@Nullable Instant through, Map<UUID, String> refused) {}

  private record Sending(UUID eventId, CompletableFuture<RecordMetadata> acknowledged) {}

  /**
   * Sends {@code targets}, by event.
   *
   * @throws KafkaException if it cannot be said that Kafka has all that it takes: send them again
   */
  Sent send(Map<UUID, LlmRequestCosted> targets) {
    List<Sending> sending = new ArrayList<>(targets.size());
    for (Map.Entry<UUID, LlmRequestCosted> target : targets.entrySet()) {
      CompletableFuture<RecordMetadata> acknowledged = new CompletableFuture<>();
      var _ =
          producer()
              .send(
                  record(target.getValue()),
                  (metadata, error) -> {
                    if (error == null) {
                      acknowledged.complete(metadata);
                    } else {
                      acknowledged.completeExceptionally(error);
                    }
                  });
      sending.add(new Sending(target.getKey(), acknowledged));
    }
    return await(sending);
  }

  private static Sent await(List<Sending> sending) {
    long deadline = System.nanoTime() + LONGEST.toNanos();
    Instant through = null;
    Map<UUID, String> refused = new HashMap<>();
    for (Sending one : sending) {
      try {
        RecordMetadata metadata =
            one.acknowledged().get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        Instant at = Instant.ofEpochMilli(metadata.timestamp());
        through = through == null || at.isAfter(through) ? at : through;
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof RecordTooLargeException tooLarge)) {
          throw new KafkaException("targets were not taken, sending the page again", e.getCause());
        }
        refused.put(one.eventId(), "Kafka refuses it: " + tooLarge.getMessage());
      } catch (TimeoutException e) {
        throw new KafkaException("targets were not acknowledged, sending the page again", e);
      } catch (InterruptedException e) {
        throw new InterruptException(e);
      }
    }
    return new Sent(through, refused);
  }

  private static ProducerRecord<String, LlmRequestCosted> record(LlmRequestCosted target) {
    var record = new ProducerRecord<>(Topics.COSTED, target.getCompleted().getEventId(), target);
    EventHeaders.of(target.getCompleted())
        .forEach(
            (name, value) -> record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
    return record;
  }

  private Producer<String, LlmRequestCosted> producer() {
    Producer<String, LlmRequestCosted> made = producer;
    if (made == null) {
      made = producers.get();
      producer = made;
    }
    return made;
  }
}
