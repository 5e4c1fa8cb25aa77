package io.llmcost.chassis.kafka;

import io.llmcost.chassis.lastresort.LastResort;
import io.llmcost.chassis.lastresort.Refusals;
import io.llmcost.schemas.Topics;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * Sends a refused record, bytes as they came, to its topic's dead letters, with where it came from
 * and why it was refused in the headers. What that topic refuses, or has not taken for a long time
 * although records can be read, is kept by the {@link LastResort}.
 */
public final class DeadLetterPublisher {

  private static final Duration NOT_AT_ALL = Duration.ofNanos(-1);
  private static final int MAX_MESSAGE = 1_024;
  private static final int MAX_STACKTRACE = 4_096;

  private final Producer<byte[], byte[]> producer;
  private final String consumerGroup;
  private final LastResort lastResort;

  /** When the dead letters began to be unwritable, by {@link System#nanoTime}. */
  private final AtomicReference<@Nullable Long> unwritableSince = new AtomicReference<>();

  /**
   * @param producer with acks=all; closed by whoever made it
   * @param consumerGroup the group that refused the record
   */
  public DeadLetterPublisher(
      Producer<byte[], byte[]> producer, String consumerGroup, LastResort lastResort) {
    this.producer = producer;
    this.consumerGroup = consumerGroup;
    this.lastResort = lastResort;
  }

  /**
   * Sends {@code original} to its dead-letter topic.
   *
   * @return completes once Kafka has acknowledged it or the last resort has it on disk, or with the
   *     error that neither took it for; until then the original's offset must not be committed
   */
  public CompletableFuture<Void> publish(
      ConsumerRecord<byte[], byte[]> original, DeadLetterCause cause, Throwable error) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    var letter =
        new ProducerRecord<>(
            Topics.deadLetter(original.topic()),
            null,
            null,
            original.key(),
            original.value(),
            headers(original, cause, error));
    // Asked before it is sent: the original was read just now, so the broker is there.
    boolean overdue = unwritableFor().compareTo(lastResort.after()) >= 0;
    try {
      var unused =
          producer.send(letter, (metadata, failure) -> settle(letter, failure, overdue, done));
    } catch (RuntimeException e) {
      settle(letter, e, overdue, done);
    }
    return done;
  }

  private void settle(
      ProducerRecord<byte[], byte[]> letter,
      @Nullable Exception failure,
      boolean overdue,
      CompletableFuture<Void> done) {
    if (failure == null) {
      unwritableSince.set(null);
      done.complete(null);
    } else if (overdue || Refusals.forGood(failure)) {
      var unused =
          lastResort
              .keep(letter, failure)
              .whenComplete(
                  (kept, error) -> {
                    if (error == null) {
                      done.complete(null);
                    } else {
                      error.addSuppressed(failure);
                      done.completeExceptionally(error);
                    }
                  });
    } else {
      unwritableSince.compareAndSet(null, System.nanoTime());
      done.completeExceptionally(failure);
    }
  }

  private Duration unwritableFor() {
    Long since = unwritableSince.get();
    return since == null ? NOT_AT_ALL : Duration.ofNanos(System.nanoTime() - since);
  }

  private Headers headers(
      ConsumerRecord<byte[], byte[]> original, DeadLetterCause cause, Throwable error) {
    Headers headers = new RecordHeaders();
    for (Header header : original.headers()) {
      if (!DeadLetterHeaders.ALL.contains(header.key())) {
        headers.add(header);
      }
    }
    add(headers, DeadLetterHeaders.CAUSE, cause.name());
    add(headers, DeadLetterHeaders.ORIGINAL_TOPIC, original.topic());
    headers.add(
        DeadLetterHeaders.ORIGINAL_PARTITION,
        ByteBuffer.allocate(Integer.BYTES).putInt(original.partition()).array());
    headers.add(
        DeadLetterHeaders.ORIGINAL_OFFSET,
        ByteBuffer.allocate(Long.BYTES).putLong(original.offset()).array());
    headers.add(
        DeadLetterHeaders.ORIGINAL_TIMESTAMP,
        ByteBuffer.allocate(Long.BYTES).putLong(original.timestamp()).array());
    add(headers, DeadLetterHeaders.ORIGINAL_TIMESTAMP_TYPE, original.timestampType().toString());
    add(headers, DeadLetterHeaders.ORIGINAL_CONSUMER_GROUP, consumerGroup);
    add(headers, DeadLetterHeaders.EXCEPTION_FQCN, error.getClass().getName());
    Throwable rootCause = error.getCause();
    if (rootCause != null) {
      add(headers, DeadLetterHeaders.EXCEPTION_CAUSE_FQCN, rootCause.getClass().getName());
    }
    add(headers, DeadLetterHeaders.EXCEPTION_MESSAGE, shortened(message(error), MAX_MESSAGE));
    add(headers, DeadLetterHeaders.EXCEPTION_STACKTRACE, shortened(trace(error), MAX_STACKTRACE));
    return headers;
  }

  // The outermost message is often "error deserializing"; what an operator needs is the innermost.
  private static String message(Throwable error) {
    StringBuilder message = new StringBuilder(String.valueOf(error.getMessage()));
    Throwable last = error;
    for (int depth = 0; last.getCause() != null && depth < 20; depth++) {
      last = last.getCause();
    }
    if (last.getMessage() != null && message.indexOf(last.getMessage()) < 0) {
      message.append(": ").append(last.getMessage());
    }
    return message.toString();
  }

  private static String trace(Throwable error) {
    StringWriter text = new StringWriter();
    error.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  private static String shortened(String text, int length) {
    return text.length() <= length ? text : text.substring(0, length - 1) + "…";
  }

  private static void add(Headers headers, String name, @Nullable String value) {
    if (value != null) {
      headers.add(name, value.getBytes(StandardCharsets.UTF_8));
    }
  }
}
