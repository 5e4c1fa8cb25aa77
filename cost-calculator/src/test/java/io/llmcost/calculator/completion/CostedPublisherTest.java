package io.llmcost.calculator.completion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.llmcost.calculator.costing.CompletionCosting;
import io.llmcost.calculator.pricing.Books;
import io.llmcost.calculator.pricing.PriceBook;
import io.llmcost.chassis.kafka.DeadLetterCause;
import io.llmcost.chassis.kafka.DeadLetterHeaders;
import io.llmcost.chassis.kafka.DeadLetterPublisher;
import io.llmcost.chassis.kafka.RecordDecoder;
import io.llmcost.chassis.kafka.RegistryUnavailableException;
import io.llmcost.chassis.lastresort.LastResort;
import io.llmcost.chassis.lastresort.LastResortSettings;
import io.llmcost.schemas.CostStatuses;
import io.llmcost.schemas.EventIds;
import io.llmcost.schemas.LlmRequestCompleted;
import io.llmcost.schemas.LlmRequestCosted;
import io.llmcost.schemas.Meters;
import io.llmcost.schemas.ReplayHeaders;
import io.llmcost.schemas.Statuses;
import io.llmcost.schemas.Topics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.unit.DataSize;

/** One batch through the decision and out, with Kafka's own test producer in place of a broker. */
class CostedPublisherTest {

  private static final Instant AT = Instant.parse("2026-11-24T10:00:00Z");
  private static final PriceBook BOOK = new Books().model("gpt-4").costs("30").build();

  private final Serializer<LlmRequestCosted> noBytes = (topic, event) -> new byte[0];
  private final MockProducer<String, LlmRequestCosted> costed =
      new MockProducer<>(false, null, new StringSerializer(), noBytes);
  private final MockProducer<byte[], byte[]> letters =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  @TempDir static Path directory;

  private final LastResort lastResort =
      new LastResort(
          new LastResortSettings(
              directory,
              Duration.ofMinutes(5),
              DataSize.ofMegabytes(1),
              Duration.ofSeconds(5),
              Duration.ofSeconds(5)),
          letters,
          () -> {},
          (where, fault) -> {},
          Clock.systemUTC());
  private final CostedPublisher publisher =
      new CostedPublisher(costed, new DeadLetterPublisher(letters, "it", lastResort));

  @AfterEach
  void close() {
    lastResort.close();
  }

  private static ConsumerRecord<byte[], byte[]> record(String value) {
    return new ConsumerRecord<>(
        Topics.COMPLETED, 3, 7, new byte[] {1}, value.getBytes(StandardCharsets.UTF_8));
  }

  private static RecordCosting costing(Deserializer<LlmRequestCompleted> deserializer) {
    return new RecordCosting(
        new CompletionCosting(Clock.systemUTC()),
        () -> new RecordDecoder<>(deserializer, LlmRequestCompleted.class),
        (where, fault) -> {});
  }

  private static RecordCosting readingEvents() {
    return costing(
        (topic, bytes) -> {
          String text = new String(bytes, StandardCharsets.UTF_8);
          if (text.equals("garbage")) {
            throw new IllegalArgumentException("no event");
          }
          return LlmRequestCompleted.newBuilder()
              .setEventId(EventIds.derive(AT, "test", text).toString())
              .setOccurredAt(AT)
              .setSource("test")
              .setProvider("openai")
              .setModel("gpt-4")
              .setStatus(text.equals("invalid") ? "maybe" : Statuses.SUCCEEDED)
              .setUsage(List.of(Meters.item(Meters.INPUT, 10)))
              .build();
        });
  }

  @Test
  void theCountsFormAnEquation() {
    RecordCosting costing = readingEvents();
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    CompletionMetrics metrics =
        new CompletionMetrics(
            meters,
            new ListenerStatus(Duration.ofMillis(50), Duration.ofSeconds(1), Clock.systemUTC()));
    CostedPublisher.Batch batch = publisher.begin();
    for (String value : List.of("a", "garbage", "b", "invalid", "c")) {
      batch.send(record(value), costing.decide(record(value), BOOK));
    }
    acknowledge(3);
    metrics.add(batch.awaitAll());
    assertThat(meters.counter("llmcost.calculator.received").count()).isEqualTo(5);
    assertThat(meters.counter("llmcost.calculator.costed", "status", "priced").count())
        .isEqualTo(3);
    assertThat(meters.counter("llmcost.calculator.dead.lettered", "cause", "undecodable").count())
        .isEqualTo(1);
    assertThat(meters.counter("llmcost.calculator.dead.lettered", "cause", "invalid_event").count())
        .isEqualTo(1);
  }

  private void acknowledge(int count) {
    for (int i = 0; i < count; i++) {
      assertThat(costed.completeNext()).isTrue();
    }
  }

  @Test
  void anOutageOfKafkaIsThrownSoThatTheBatchComesAgainAndNothingIsDeadLettered() {
    CostedPublisher.Batch batch = publisher.begin();
    batch.send(record("a"), readingEvents().decide(record("a"), BOOK));
    batch.send(record("b"), readingEvents().decide(record("b"), BOOK));
    costed.completeNext();
    costed.errorNext(new TimeoutException("no broker"));
    assertThatExceptionOfType(KafkaException.class)
        .isThrownBy(batch::awaitAll)
        .havingCause()
        .isInstanceOf(TimeoutException.class);
    assertThat(letters.history()).isEmpty();
  }

  @Test
  void afterAFailureNoMoreOfTheBatchIsSent() {
    CostedPublisher.Batch batch = publisher.begin();
    batch.send(record("a"), readingEvents().decide(record("a"), BOOK));
    costed.errorNext(new TimeoutException("no broker"));
    assertThatExceptionOfType(KafkaException.class)
        .isThrownBy(() -> batch.send(record("b"), readingEvents().decide(record("b"), BOOK)));
    assertThat(costed.history()).hasSize(1);
  }

  @Test
  void whatIsTooLargeForTheNextTopicIsADeadLetterWithItsOwnBytes() {
    CostedPublisher.Batch batch = publisher.begin();
    batch.send(record("a"), readingEvents().decide(record("a"), BOOK));
    costed.errorNext(new RecordTooLargeException("2 MB"));
    Tally tally = batch.awaitAll();
    assertThat(tally.records()).isEqualTo(1);
    assertThat(tally.costed()).containsEntry(CostStatuses.PRICED, 0);
    assertThat(tally.deadLettered()).containsEntry(DeadLetterCause.TOO_LARGE, 1);
    var letter = letters.history().getFirst();
    assertThat(letter.value()).isEqualTo("a".getBytes(StandardCharsets.UTF_8));
    assertThat(letter.headers().lastHeader(DeadLetterHeaders.CAUSE).value())
        .isEqualTo("TOO_LARGE".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void whereAReplayedRecordCameFromGoesOnWithItAndNothingElseDoes() {
    ConsumerRecord<byte[], byte[]> replayed = record("a");
    for (String name : List.of(ReplayHeaders.ID, ReplayHeaders.SOURCE, "traceparent", "x-other")) {
      replayed.headers().add(name, name.getBytes(StandardCharsets.UTF_8));
    }
    CostedPublisher.Batch batch = publisher.begin();
    batch.send(replayed, readingEvents().decide(replayed, BOOK));
    batch.send(record("b"), readingEvents().decide(record("b"), BOOK));
    acknowledge(2);
    batch.awaitAll();
    assertThat(costed.history().getFirst().headers())
        .extracting(Header::key)
        .contains(ReplayHeaders.ID, ReplayHeaders.SOURCE)
        .doesNotContain("traceparent", "x-other");
    assertThat(costed.history().getLast().headers())
        .extracting(Header::key)
        .noneMatch(name -> name.startsWith(ReplayHeaders.PREFIX));
  }

  @Test
  void anOutageOfTheRegistryIsThrownNotDeadLettered() {
    RecordCosting costing =
        costing(
            (topic, bytes) -> {
              throw new IllegalStateException(new ConnectException("refused"));
            });
    assertThatExceptionOfType(RegistryUnavailableException.class)
        .isThrownBy(() -> costing.decide(record("a"), BOOK));
  }

  @Test
  void aFaultOfOurOwnOnARecordIsADeadLetterThatSaysSo() {
    RecordCosting costing =
        costing(
            (topic, bytes) -> {
              LlmRequestCompleted broken = new LlmRequestCompleted();
              broken.setEventId("a");
              return broken;
            });
    assertThat(costing.decide(record("a"), BOOK))
        .isInstanceOfSatisfying(
            Decision.DeadLetter.class,
            letter -> assertThat(letter.cause()).isEqualTo(DeadLetterCause.UNEXPECTED));
  }
}
