package io.llmcost.recorder.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcost.schemas.ReplayHeaders;
import io.llmcost.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** What Kafka says of a chunk, with its own test producer in place of a broker. */
class ReplaySenderTest {
  private static final UUID REPLAY = UUID.fromString("019ab000-0000-7000-8000-000000000001");
  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

  private final List<Exception> answers = new ArrayList<>();
  private final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());

  private static Outgoing letter(int position) {
    return new Outgoing(
        position,
        new UUID(7, position),
        Topics.COMPLETED,
        new byte[] {1},
        null,
        """
        [["llmcost-project", "old"], ["traceparent", "00-1"], ["bin", {"hex": "00ff"}],
         ["kafka_dlt-original-topic", "x"], ["llmcost-dead-letter-cause", "CONFLICT"],
         ["x-replay-id", "old"], ["__connect.errors.topic", "x"]]
        """,
        position == 2 ? "{\"llmcost-project\": \"new\"}" : null,
        3);
  }

  private ReplaySender.Result send(Duration timeout, Outgoing... letters) {
    OutgoingHeaders headers = new OutgoingHeaders(JsonMapper.builder().build());
    try (ReplaySender sender = new ReplaySender(() -> producer, headers, timeout)) {
      var _ =
          Thread.ofVirtual()
              .start(
                  () -> {
                    while (producer.history().size() < letters.length) {
                      Thread.onSpinWait();
                    }
                    answers.forEach(
                        error -> {
                          boolean _ =
                              error instanceof NoError
                                  ? producer.completeNext()
                                  : producer.errorNext((RuntimeException) error);
                        });
                  });
      return sender.send(List.of(letters), REPLAY, "olga", NOW);
    }
  }

  private static final class NoError extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  @Test
  void whatKafkaHasWhatItNeverTakesAndWhatIsToBeTriedAgainAreToldApart() {
    answers.addAll(
        List.of(new NoError(), new RecordTooLargeException("2 MB"), new TimeoutException("away")));

    ReplaySender.Result result = send(Duration.ofSeconds(20), letter(1), letter(2), letter(3));

    assertThat(result.acknowledged()).extracting(Outgoing::position).containsExactly(1);
    assertThat(result.refused().keySet()).extracting(Outgoing::position).containsExactly(2);
    assertThat(result.failure()).hasRootCauseInstanceOf(TimeoutException.class);
  }

  @Test
  void aBrokerThatDoesNotAnswerIsAFailureAndNothingElse() {
    ReplaySender.Result result = send(Duration.ofMillis(50), letter(1), letter(2));
    assertThat(result.acknowledged()).isEmpty();
    assertThat(result.refused()).isEmpty();
    assertThat(result.failure()).isInstanceOf(java.util.concurrent.TimeoutException.class);
  }

  @Test
  void aProducerThatThrowsEndsTheChunk() {
    producer.sendException = new TimeoutException("no metadata");
    OutgoingHeaders headers = new OutgoingHeaders(JsonMapper.builder().build());
    try (ReplaySender sender = new ReplaySender(() -> producer, headers, Duration.ofSeconds(1))) {
      ReplaySender.Result result = sender.send(List.of(letter(1)), REPLAY, "olga", NOW);
      assertThat(result.failure()).isInstanceOf(TimeoutException.class);
      assertThat(result.acknowledged()).isEmpty();
    }
  }

  @Test
  void staleHeadersGoAndTheOriginIsWritten() {
    answers.addAll(List.of(new NoError(), new NoError()));
    var _ = send(Duration.ofSeconds(20), letter(1), letter(2));

    ProducerRecord<byte[], byte[]> original = producer.history().getFirst();
    assertThat(original.topic()).isEqualTo(Topics.COMPLETED);
    assertThat(original.value()).isNull();
    assertThat(original.headers())
        .extracting(Header::key)
        .containsExactly(
            "llmcost-project",
            "traceparent",
            "bin",
            ReplayHeaders.ID,
            ReplayHeaders.COUNT,
            ReplayHeaders.SOURCE,
            ReplayHeaders.BY,
            ReplayHeaders.AT);
    assertThat(text(original, ReplayHeaders.ID)).isEqualTo(REPLAY.toString());
    assertThat(text(original, ReplayHeaders.COUNT)).isEqualTo("3");
    assertThat(text(original, ReplayHeaders.BY)).isEqualTo("olga");
    assertThat(text(original, ReplayHeaders.AT)).isEqualTo(NOW.toString());
    assertThat(text(original, "llmcost-project")).isEqualTo("old");
    assertThat(original.headers().lastHeader("bin").value()).containsExactly(0, -1);
    assertThat(text(producer.history().getLast(), "llmcost-project")).isEqualTo("new");
  }

  private static String text(ProducerRecord<byte[], byte[]> record, String header) {
    return new String(record.headers().lastHeader(header).value(), StandardCharsets.UTF_8);
  }
}
