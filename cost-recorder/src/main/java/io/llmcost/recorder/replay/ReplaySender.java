package io.llmcost.recorder.replay;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;

/** Sends dead letters back to the topics that they came from, and waits for Kafka. One thread. */
final class ReplaySender implements AutoCloseable {
  private final Supplier<Producer<byte[], byte[]>> producers;
  private final OutgoingHeaders headers;
  private final Duration timeout;

  // Made with the first replay: most recorders never have one.
  private @Nullable Producer<byte[], byte[]> producer;

  /**
   * @param producers with acks=all, idempotent
   * @param timeout how long one chunk waits for Kafka's acknowledgements
   */
  ReplaySender(
      Supplier<Producer<byte[], byte[]>> producers, OutgoingHeaders headers, Duration timeout) {
    this.producers = producers;
    this.headers = headers;
    this.timeout = timeout;
  }

  /**
   * What became of a chunk.
   *
   * @param acknowledged what Kafka has
   * @param refused what it never takes, and why
   * @param failure why others are to be tried again; null where there are none
   */
  record Result(
      List<Outgoing> acknowledged, Map<Outgoing, String> refused, @Nullable Exception failure) {}

  Result send(List<Outgoing> letters, UUID replayId, String by, Instant at) {
    Map<Outgoing, CompletableFuture<Void>> sending = new LinkedHashMap<>();
    Exception failure = null;
    for (Outgoing letter : letters) {
      CompletableFuture<Void> acknowledged = new CompletableFuture<>();
      var record =
          new ProducerRecord<>(
              letter.topic(),
              null,
              null,
              letter.key(),
              letter.value(),
              headers.of(letter, replayId, by, at));
      try {
        var _ =
            producer()
                .send(
                    record,
                    (metadata, error) -> {
                      if (error == null) {
                        acknowledged.complete(null);
                      } else {
                        acknowledged.completeExceptionally(error);
                      }
                    });
        sending.put(letter, acknowledged);
      } catch (RuntimeException e) {
        failure = e;
        break;
      }
    }
    return await(sending, failure);
  }

  private Result await(Map<Outgoing, CompletableFuture<Void>> sending, @Nullable Exception before) {
    long deadline = System.nanoTime() + timeout.toNanos();
    List<Outgoing> acknowledged = new ArrayList<>();
    Map<Outgoing, String> refused = new LinkedHashMap<>();
    Exception failure = before;
    for (Map.Entry<Outgoing, CompletableFuture<Void>> letter : sending.entrySet()) {
      try {
        letter.getValue().get(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        acknowledged.add(letter.getKey());
      } catch (ExecutionException e) {
        Throwable cause = e.getCause();
        if (cause instanceof RecordTooLargeException || cause instanceof InvalidRecordException) {
          refused.put(letter.getKey(), String.valueOf(cause.getMessage()));
        } else {
          failure = e;
        }
      } catch (TimeoutException e) {
        failure = e;
      } catch (InterruptedException e) {
        throw new InterruptException(e);
      }
    }
    return new Result(acknowledged, refused, failure);
  }

  private Producer<byte[], byte[]> producer() {
    Producer<byte[], byte[]> made = producer;
    if (made == null) {
      made = producers.get();
      producer = made;
    }
    return made;
  }

  @Override
  public void close() {
    Producer<byte[], byte[]> made = producer;
    if (made != null) {
      made.close(Duration.ofSeconds(5));
    }
  }
}
