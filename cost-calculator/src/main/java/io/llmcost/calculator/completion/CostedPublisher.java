package io.llmcost.calculator.completion;

import io.llmcost.chassis.kafka.DeadLetterCause;
import io.llmcost.chassis.kafka.DeadLetterPublisher;
import io.llmcost.schemas.EventHeaders;
import io.llmcost.schemas.LlmRequestCosted;
import io.llmcost.schemas.ReplayHeaders;
import io.llmcost.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** Sends a batch's costed events and dead letters, and waits until Kafka has every one. */
final class CostedPublisher {

  private final Producer<String, LlmRequestCosted> producer;
  private final DeadLetterPublisher deadLetters;

  CostedPublisher(Producer<String, LlmRequestCosted> producer, DeadLetterPublisher deadLetters) {
    this.producer = producer;
    this.deadLetters = deadLetters;
  }

  Batch begin() {
    return new Batch();
  }

  /** One poll's records on their way; used by one thread, acknowledged on the producer's. */
  final class Batch {
    private final Tally tally = new Tally();
    private final List<CompletableFuture<Void>> letters = new ArrayList<>(0);
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    private final ConcurrentLinkedQueue<TooLarge> tooLarge = new ConcurrentLinkedQueue<>();

    private record TooLarge(
        ConsumerRecord<byte[], byte[]> record, String status, Exception error) {}

    /** Sends what {@code decision} says; throws what Kafka already said of an earlier record. */
    void send(ConsumerRecord<byte[], byte[]> record, Decision decision) {
      throwFailure();
      switch (decision) {
        case Decision.Costed costed -> send(record, costed.event());
        case Decision.DeadLetter letter -> {
          letters.add(deadLetters.publish(record, letter.cause(), letter.error()));
          tally.deadLettered(letter.cause());
        }
      }
    }

    /** Returns the batch's counts once Kafka has acknowledged all of it. */
    Tally awaitAll() {
      producer.flush();
      throwFailure();
      for (TooLarge refused : tooLarge) {
        letters.add(
            deadLetters.publish(refused.record(), DeadLetterCause.TOO_LARGE, refused.error()));
        tally.moved(refused.status(), DeadLetterCause.TOO_LARGE);
      }
      letters.forEach(this::await);
      return tally;
    }

    private void send(ConsumerRecord<byte[], byte[]> record, LlmRequestCosted event) {
      var costed = new ProducerRecord<>(Topics.COSTED, event.getCompleted().getEventId(), event);
      EventHeaders.of(event.getCompleted())
          .forEach(
              (name, value) -> costed.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
      // A replayed record's end must find its way back to the dead letter that it came from.
      for (Header header : record.headers()) {
        if (header.key().startsWith(ReplayHeaders.PREFIX)) {
          costed.headers().add(header);
        }
      }
      String status = event.getCostStatus();
      var _ =
          producer.send(
              costed,
              (metadata, error) -> {
                if (error instanceof RecordTooLargeException) {
                  tooLarge.add(new TooLarge(record, status, error));
                } else if (error != null) {
                  failure.compareAndSet(null, error);
                }
              });
      tally.costed(status);
    }

    private void throwFailure() {
      Exception error = failure.get();
      if (error != null) {
        throw new KafkaException("costed events were not taken, trying the batch again", error);
      }
    }

    private void await(CompletableFuture<Void> letter) {
      try {
        letter.get();
      } catch (ExecutionException e) {
        throw new KafkaException("a dead letter was not taken, trying the batch again", e);
      } catch (InterruptedException e) {
        throw new InterruptException(e);
      }
    }
  }
}
