package io.llmcost.client.publish;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.llmcost.client.event.CompletedEvents;
import io.llmcost.client.event.EventIdentity;
import io.llmcost.client.event.LlmCall;
import io.llmcost.client.event.LlmCallContext;
import io.llmcost.client.journal.Journal;
import io.llmcost.client.journal.JournalSettings;
import io.llmcost.client.provider.AnswerHead;
import io.llmcost.client.provider.AnswerReader;
import io.llmcost.client.provider.Completion;
import io.llmcost.client.provider.ProviderAdapters;
import io.llmcost.localstack.Backends;
import io.llmcost.schemas.LlmRequestCompleted;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournaledPublisherIT {
  private final Backends backends = Backends.shared();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

  @TempDir Path directory;
  private PublishedEvents published;

  @BeforeEach
  void makeTopic() throws Exception {
    published = new PublishedEvents(backends, "test-" + UUID.randomUUID());
  }

  @AfterEach
  void leaveTopic() {
    published.close();
  }

  @Test
  void eventArrivesAsItWasWithItsContextInTheHeaders() {
    LlmRequestCompleted event = event("p-1", "");
    try (JournaledPublisher publisher = open(settings())) {
      publisher.publish(event);
      ConsumerRecord<String, LlmRequestCompleted> record = published.await(1).getFirst();

      assertThat(record.key()).isEqualTo(event.getEventId());
      assertThat(record.value()).isEqualTo(event);
      Map<String, String> headers = new TreeMap<>();
      for (Header header : record.headers()) {
        headers.put(header.key(), new String(header.value(), UTF_8));
      }
      assertThat(headers)
          .containsEntry("llmcost-project", "p-1")
          .containsEntry("llmcost-provider", "openai")
          .containsEntry("llmcost-model", "gpt-4o")
          .containsEntry("llmcost-source", "test");
      await().until(() -> publisher.journal().records() == 0);
    }
    assertThat(count("published")).isEqualTo(1);
    assertThat(count("acknowledged")).isEqualTo(1);
  }

  @Test
  void eventsOfATimeWithoutKafkaAndRegistryArriveOnTheirReturn() throws Exception {
    try (Gate kafka = gate(URI.create("tcp://" + backends.bootstrapServers()));
        Gate registry = gate(URI.create(backends.schemaRegistryUrl()))) {
      PublisherSettings behindGates = behind(kafka, registry);
      try (JournaledPublisher publisher = open(behindGates)) {
        for (int i = 0; i < 50; i++) {
          publisher.publish(event("p-" + i, ""));
        }
        await().during(Duration.ofSeconds(2)).until(() -> publisher.journal().records() == 50);
        assertThat(publisher.journal().oldestMillis()).isGreaterThan(1_500);

        registry.open();
        kafka.open();
        assertThat(published.await(50)).hasSize(50);
        await().until(() -> publisher.journal().records() == 0);
      }
    }
  }

  @Test
  void eventsThatWereNotSentAreSentAfterTheNextStart() throws Exception {
    try (Gate kafka = gate(URI.create("tcp://" + backends.bootstrapServers()));
        Gate registry = gate(URI.create(backends.schemaRegistryUrl()))) {
      try (JournaledPublisher publisher = open(behind(kafka, registry))) {
        publisher.publish(event("early", ""));
      }
    }
    try (JournaledPublisher publisher = open(settings())) {
      publisher.publish(event("late", ""));
      assertThat(published.await(2))
          .extracting(r -> r.value().getProject())
          .containsExactlyInAnyOrder("early", "late");
    }
  }

  @Test
  void closeSendsWhatWaits() {
    try (JournaledPublisher publisher = open(settings())) {
      for (int i = 0; i < 2_000; i++) {
        publisher.publish(event("p", ""));
      }
    }
    assertThat(count("acknowledged")).isEqualTo(2_000);
    assertThat(published.await(2_000)).hasSize(2_000);
  }

  @Test
  void eventThatKafkaRefusesIsMovedAsideAndBlocksNothing() {
    PublisherSettings small = settings().withProducer("max.request.size", 1_500);
    try (JournaledPublisher publisher = open(small)) {
      publisher.publish(event("first", ""));
      publisher.publish(event("large", "x".repeat(3_000)));
      publisher.publish(event("last", ""));

      assertThat(published.await(2))
          .extracting(r -> r.value().getProject())
          .containsExactlyInAnyOrder("first", "last");
      await().until(() -> publisher.journal().records() == 0);
      assertThat(publisher.journal().quarantined()).isEqualTo(1);
      assertThat(publisher.quarantined())
          .singleElement()
          .satisfies(q -> assertThat(q.reason()).contains("RecordTooLarge"));
    }
    assertThat(count("published")).isEqualTo(count("acknowledged") + count("quarantined"));
  }

  @Test
  void senderComesThroughErrorsAndSaysSo() {
    FaultySerializer.faults.set(1_000_000);
    PublisherSettings faulty =
        settings().withProducer("value.serializer", FaultySerializer.class.getName());
    try (JournaledPublisher publisher = open(faulty)) {
      for (int i = 0; i < 20; i++) {
        publisher.publish(event("p-" + i, ""));
      }
      await().until(() -> String.valueOf(publisher.trouble()).contains("NoClassDefFoundError"));
      assertThat(publisher.journal().records()).isEqualTo(20);

      FaultySerializer.faults.set(0);
      assertThat(published.await(20)).hasSize(20);
      await().until(() -> publisher.journal().records() == 0);
      assertThat(publisher.trouble()).isNull();
    }
    assertThat(meters.get("llmcost.client.sender.restarts").counter().count()).isPositive();
  }

  @Test
  void recordThatIsNoEventIsMovedAsideAndBlocksNothing() {
    try (Journal journal = Journal.open(JournalSettings.in(directory))) {
      journal.append("no event".getBytes(UTF_8));
    }
    try (JournaledPublisher publisher = open(settings())) {
      publisher.publish(event("good", ""));
      assertThat(published.await(1)).hasSize(1);
      await().until(() -> publisher.journal().records() == 0);
      assertThat(publisher.journal().quarantined()).isEqualTo(1);
    }
  }

  @Test
  void invalidEventIsRefusedAndNothingOfItKept() {
    try (JournaledPublisher publisher = open(settings())) {
      LlmRequestCompleted event = event("p", "");
      event.setStatus("perhaps");
      assertThatThrownBy(() -> publisher.publish(event))
          .isInstanceOfSatisfying(
              InvalidEventException.class,
              e -> assertThat(e.violations().getFirst().field()).isEqualTo("status"));

      LlmRequestCompleted large = event("p", "");
      Map<String, String> metadata = new HashMap<>();
      for (int i = 0; i < 20; i++) {
        metadata.put("m" + i, "x".repeat(4_000));
      }
      large.setMetadata(metadata);
      assertThatThrownBy(() -> publisher.publish(large))
          .isInstanceOfSatisfying(
              InvalidEventException.class,
              e -> assertThat(e.violations().getFirst().field()).isEqualTo("event"));
      assertThat(publisher.journal().records()).isZero();
    }
  }

  @Test
  void settingsThatCanNeverWorkFailAtOnce() {
    PublisherSettings good = settings();
    for (PublisherSettings bad :
        List.of(
            good.withProducer("value.serializer", "no.such.Serializer"),
            good.withProducer("value.serializer", "java.lang.String"),
            good.withProducer("linger.ms", "soon"),
            good.withProducer("compression.type", "tiny"))) {
      assertThatThrownBy(() -> open(bad)).isInstanceOf(IllegalArgumentException.class);
    }
    open(good).close();
  }

  private JournaledPublisher open(PublisherSettings settings) {
    return JournaledPublisher.open(JournalSettings.in(directory), settings, meters);
  }

  private PublisherSettings settings() {
    PublisherSettings defaults =
        PublisherSettings.of(backends.bootstrapServers(), backends.schemaRegistryUrl());
    return new PublisherSettings(
        published.topic(), defaults.producer(), Duration.ofMillis(20), Duration.ofSeconds(20));
  }

  private PublisherSettings behind(Gate kafka, Gate registry) {
    URI url = URI.create(backends.schemaRegistryUrl());
    PublisherSettings defaults =
        PublisherSettings.of(kafka.address(), "http://" + registry.address() + url.getPath());
    return new PublisherSettings(
        published.topic(), defaults.producer(), Duration.ofMillis(20), Duration.ofSeconds(1));
  }

  private static Gate gate(URI server) throws IOException {
    return new Gate(server.getHost(), server.getPort());
  }

  private double count(String name) {
    return meters.get("llmcost.client.events." + name).counter().count();
  }

  private static LlmRequestCompleted event(String project, String note) {
    AnswerReader reader =
        ProviderAdapters.standard()
            .find("openai", "POST", "/v1/chat/completions")
            .orElseThrow()
            .answer(AnswerHead.of(200));
    reader.accept(
        "{\"model\":\"gpt-4o\",\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":4}}"
            .getBytes(UTF_8));
    Completion completion = reader.end();
    Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
    EventIdentity identity = CompletedEvents.minted(now);
    LlmCall call =
        new LlmCall(
            identity.eventId(), "openai", "chat", "gpt-4o", null, false, 200, now, 900L, null);
    LlmCallContext context =
        LlmCallContext.of("test").withProject(project).withMetadata("note", note);
    return CompletedEvents.of(context, call, completion);
  }
}
