package io.llmcost.chassis.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.llmcost.chassis.lastresort.LastResort;
import io.llmcost.chassis.lastresort.LastResortSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.unit.DataSize;

/** A letter is safe in Kafka or on the disk, and its future tells no less and no more. */
class DeadLetterPublisherTest {

  /** Kafka, refusing what the test says. */
  private static final class Broker extends MockProducer<byte[], byte[]> {
    volatile Function<ProducerRecord<byte[], byte[]>, @Nullable RuntimeException> refusal =
        letter -> null;

    Broker() {
      super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public synchronized Future<RecordMetadata> send(
        ProducerRecord<byte[], byte[]> letter, @Nullable Callback callback) {
      RuntimeException refused = refusal.apply(letter);
      if (refused == null) {
        return super.send(letter, callback);
      }
      if (callback != null) {
        callback.onCompletion(null, refused);
      }
      return CompletableFuture.failedFuture(refused);
    }
  }

  @TempDir Path directory;
  private final Broker broker = new Broker();
  private @Nullable LastResort lastResort;

  @AfterEach
  void close() {
    if (lastResort != null) {
      lastResort.close();
    }
  }

  @Test
  void whatKafkaTakesIsInKafkaAlone() throws Exception {
    publish(publisher(Duration.ofHours(1)), "a").get(10, TimeUnit.SECONDS);

    assertThat(broker.history()).hasSize(1);
    assertThat(Files.size(directory.resolve("letters"))).isZero();
  }

  @Test
  void anOutageIsTheCallersToWaitFor() throws Exception {
    broker.refusal = letter -> new TimeoutException("away");
    DeadLetterPublisher publisher = publisher(Duration.ofHours(1));

    assertThat(publish(publisher, "a"))
        .failsWithin(Duration.ofSeconds(10))
        .withThrowableOfType(ExecutionException.class)
        .withMessageContaining("away");
    assertThat(Files.size(directory.resolve("letters"))).isZero();
  }

  @Test
  void whatKafkaRefusesForGoodIsKeptAndPublishedOnceKafkaTakesIt() throws Exception {
    broker.refusal =
        letter ->
            letter.value().length > 3 ? new RecordTooLargeException("more than 3 bytes") : null;
    DeadLetterPublisher publisher = publisher(Duration.ofHours(1));

    publish(publisher, "large").get(10, TimeUnit.SECONDS);
    publish(publisher, "abc").get(10, TimeUnit.SECONDS);

    assertThat(broker.history()).hasSize(1);
    assertThat(new String(Files.readAllBytes(directory.resolve("letters")), UTF_8))
        .contains("\"topic\":\"t-dlt\"", "more than 3 bytes", "large");

    broker.refusal = letter -> null;
    awaitHistory(2);
    ProducerRecord<byte[], byte[]> late = broker.history().getLast();
    assertThat(late.topic()).isEqualTo("t-dlt");
    assertThat(new String(late.value(), UTF_8)).isEqualTo("large");
    assertThat(new String(late.key(), UTF_8)).isEqualTo("key");
    assertThat(new String(late.headers().lastHeader(DeadLetterHeaders.CAUSE).value(), UTF_8))
        .isEqualTo("INVALID_EVENT");
    awaitEmptyFile();
  }

  @Test
  void aTopicThatMayNotBeWrittenIsNoReasonToStop() throws Exception {
    broker.refusal = letter -> new TopicAuthorizationException("t-dlt");

    publish(publisher(Duration.ofHours(1)), "a").get(10, TimeUnit.SECONDS);

    assertThat(Files.size(directory.resolve("letters"))).isPositive();
  }

  @Test
  void whatCannotBeWrittenForLongerThanTheSettingIsKept() throws Exception {
    broker.refusal = letter -> new TimeoutException("away");
    DeadLetterPublisher publisher = publisher(Duration.ofMillis(300));

    assertThat(publish(publisher, "a")).failsWithin(Duration.ofSeconds(10));
    Thread.sleep(400);
    publish(publisher, "a").get(10, TimeUnit.SECONDS);

    assertThat(Files.size(directory.resolve("letters"))).isPositive();
  }

  @Test
  void whatWaitsSurvivesARestart() throws Exception {
    broker.refusal = letter -> new RecordTooLargeException("too large");
    publish(publisher(Duration.ofHours(1)), "a").get(10, TimeUnit.SECONDS);
    close();

    broker.refusal = letter -> null;
    publisher(Duration.ofHours(1));

    awaitHistory(1);
    awaitEmptyFile();
  }

  @Test
  void aLetterThatCanBePutNowhereIsNotSafe() throws Exception {
    broker.refusal = letter -> new RecordTooLargeException("too large");
    DeadLetterPublisher publisher = publisher(Duration.ofHours(1));
    DeadLetterPublisher another; // Whose directory is the first one's.
    try (LastResort locked = lastResort(Duration.ofHours(1))) {
      another = new DeadLetterPublisher(broker, "group", locked);
      assertThat(publish(another, "a")).failsWithin(Duration.ofSeconds(10));
    }
    publish(publisher, "a").get(10, TimeUnit.SECONDS);
  }

  private DeadLetterPublisher publisher(Duration after) {
    LastResort opened = lastResort(after);
    lastResort = opened;
    return new DeadLetterPublisher(broker, "group", opened);
  }

  private LastResort lastResort(Duration after) {
    return new LastResort(
        new LastResortSettings(
            directory,
            after,
            DataSize.ofMegabytes(1),
            Duration.ofMillis(50),
            Duration.ofMillis(100)),
        broker,
        () -> {},
        (where, fault) -> {},
        Clock.systemUTC());
  }

  private static CompletableFuture<Void> publish(DeadLetterPublisher publisher, String value) {
    return publisher.publish(
        new ConsumerRecord<>("t", 3, 7, "key".getBytes(UTF_8), value.getBytes(UTF_8)),
        DeadLetterCause.INVALID_EVENT,
        new IllegalArgumentException("of this test"));
  }

  private void awaitHistory(int letters) throws InterruptedException {
    for (int i = 0; i < 200 && broker.history().size() < letters; i++) {
      Thread.sleep(50);
    }
    assertThat(broker.history()).hasSize(letters);
  }

  private void awaitEmptyFile() throws Exception {
    for (int i = 0; i < 200 && Files.size(directory.resolve("letters")) > 0; i++) {
      Thread.sleep(50);
    }
    assertThat(Files.size(directory.resolve("letters"))).isZero();
  }
}
