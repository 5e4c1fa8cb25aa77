package io.llmcost.calculator.completion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apicurio.registry.serde.avro.AvroKafkaDeserializer;
import io.llmcost.calculator.CalculatorFixture;
import io.llmcost.chassis.kafka.SchemaRegistrySettings;
import io.llmcost.localstack.Backends;
import io.llmcost.schemas.EventIds;
import io.llmcost.schemas.EventSchemas;
import io.llmcost.schemas.LlmRequestCompleted;
import io.llmcost.schemas.Meters;
import io.llmcost.schemas.Statuses;
import io.llmcost.schemas.Topics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.config.KafkaListenerEndpointRegistry;
import org.springframework.kafka.listener.BatchInterceptor;

/**
 * What ends or skips in a batch listener if one lets it: Errors, and exceptions that Spring takes
 * for fatal. Each must show in health, lose nothing, and be over once its cause is.
 */
class FaultyListenerIT {

  private static final int EVENTS = 200;

  private static volatile Consumer<String> inDeserializer = FaultyListenerIT::noFault;
  private static volatile Consumer<String> inContainer = FaultyListenerIT::noFault;

  /** Apicurio's, but for a fault in the middle of a batch. */
  public static final class FaultyDeserializer extends AvroKafkaDeserializer<Object> {
    private final AtomicInteger records = new AtomicInteger();

    @Override
    public Object deserialize(String topic, Headers headers, byte[] data) {
      if (records.incrementAndGet() % 20 == 0) {
        inDeserializer.accept(topic);
      }
      return super.deserialize(topic, headers, data);
    }
  }

  /** Runs in the container, before the listener is called. */
  @Configuration(proxyBeanMethods = false)
  static class FaultyContainer {
    @Bean
    BatchInterceptor<Object, Object> faultyInterceptor() {
      return new BatchInterceptor<>() {
        @Override
        public @Nullable ConsumerRecords<Object, Object> intercept(
            ConsumerRecords<Object, Object> records,
            org.apache.kafka.clients.consumer.Consumer<Object, Object> consumer) {
          inContainer.accept("container");
          return records;
        }
      };
    }
  }

  @SuppressWarnings("NullAway.Init")
  private ConfigurableApplicationContext calculator;

  private static void noFault(String where) {
    // As it should be.
  }

  @AfterEach
  void stop() {
    inDeserializer = FaultyListenerIT::noFault;
    inContainer = FaultyListenerIT::noFault;
    calculator.close();
  }

  @Test
  void anErrorInTheMiddleOfABatchIsShownAndTheBatchComesAgain() throws Exception {
    inDeserializer =
        topic -> {
          throw new NoClassDefFoundError("of this test");
        };
    startAndSend();
    awaitDown("NoClassDefFoundError");

    inDeserializer = FaultyListenerIT::noFault;

    assertAllCostedAndUp();
  }

  @Test
  void aRecordThatOverflowsTheStackIsADeadLetterAndItsNeighboursAreCosted() throws Exception {
    inDeserializer =
        topic -> {
          inDeserializer = FaultyListenerIT::noFault;
          throw new StackOverflowError();
        };
    startAndSend();

    await().atMost(Duration.ofSeconds(60)).until(() -> counted("received") >= EVENTS);
    assertThat(counted("dead.lettered")).isEqualTo(1);
    assertThat(counted("costed")).isEqualTo(counted("received") - 1);
    assertThat(health()).isEqualTo(Status.UP);
  }

  @Test
  void aConsumerThatAnErrorEndedIsStartedAnew() throws Exception {
    inContainer =
        where -> {
          throw new OutOfMemoryError("of this test");
        };
    startAndSend();
    awaitDown("ended by itself: ERROR");

    inContainer = FaultyListenerIT::noFault;

    assertAllCostedAndUp();
    assertThat(counted("consumers.ended")).isPositive();
  }

  @Test
  void anExceptionThatSpringTakesForFatalSkipsNothing() throws Exception {
    inContainer =
        where -> {
          throw new ClassCastException("of this test");
        };
    startAndSend();
    awaitDown("ClassCastException");

    inContainer = FaultyListenerIT::noFault;

    assertAllCostedAndUp();
    assertThat(counted("dead.lettered")).isZero();
  }

  private void assertAllCostedAndUp() {
    // A record that another test sent late may be among them.
    await().atMost(Duration.ofSeconds(60)).until(() -> counted("costed") >= EVENTS);
    assertThat(counted("costed")).isEqualTo(counted("received"));
    await().atMost(Duration.ofSeconds(20)).until(() -> health().equals(Status.UP));
  }

  private void awaitDown(String reason) {
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              var status = calculator.getBean(ListenerStatus.class).health();
              assertThat(status.getStatus()).isEqualTo(Status.DOWN);
              assertThat(status.getDetails().values().toString()).contains(reason);
            });
    assertThat(counted("received")).isZero();
  }

  private Status health() {
    return calculator.getBean(ListenerStatus.class).health().getStatus();
  }

  private long counted(String name) {
    return (long)
        calculator
            .getBean(MeterRegistry.class)
            .find("llmcost.calculator." + name)
            .counters()
            .stream()
            .mapToDouble(Counter::count)
            .sum();
  }

  private void startAndSend() throws Exception {
    calculator =
        CalculatorFixture.start(
            Backends.shared().newDatabase(),
            Map.of(
                "spring.kafka.consumer.value-deserializer", FaultyDeserializer.class.getName(),
                "spring.kafka.consumer.group-id", "faulty-" + UUID.randomUUID(),
                // Other tests' records are none of this one's.
                "spring.kafka.consumer.auto-offset-reset", "latest",
                "llmcost.calculator.retry-initial", "50ms",
                "llmcost.calculator.retry-max", "200ms"),
            FaultyContainer.class);
    awaitAssignment();
    send();
  }

  private void awaitAssignment() {
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> {
              var container =
                  calculator
                      .getBean(KafkaListenerEndpointRegistry.class)
                      .getListenerContainer(CompletionListener.ID);
              var assigned = container == null ? null : container.getAssignedPartitions();
              return assigned != null && assigned.size() == Topics.PARTITIONS;
            });
    // Positions are fetched after the assignment; "latest" must be before what is sent next.
    await().pollDelay(Duration.ofSeconds(2)).until(() -> true);
  }

  private static void send() throws Exception {
    EventSchemas.trust();
    URI registry = URI.create(Backends.shared().schemaRegistryUrl());
    Map<String, Object> settings =
        new HashMap<>(new SchemaRegistrySettings(registry, Duration.ofDays(1)).serdeProperties());
    settings.put("bootstrap.servers", Backends.shared().bootstrapServers());
    settings.put("key.serializer", "org.apache.kafka.common.serialization.StringSerializer");
    settings.put("value.serializer", "io.apicurio.registry.serde.avro.AvroKafkaSerializer");
    settings.put("linger.ms", 20);
    try (var producer = new KafkaProducer<String, LlmRequestCompleted>(settings)) {
      for (int i = 0; i < EVENTS; i++) {
        String id = EventIds.mint(Instant.now()).toString();
        LlmRequestCompleted event =
            LlmRequestCompleted.newBuilder()
                .setEventId(id)
                .setOccurredAt(Instant.now().truncatedTo(ChronoUnit.MICROS))
                .setSource("faulty-listener-it")
                .setProvider("openai")
                .setModel("gpt-4")
                .setStatus(Statuses.SUCCEEDED)
                .setUsage(List.of(Meters.item(Meters.INPUT, i)))
                .build();
        var _ = producer.send(new ProducerRecord<>(Topics.COMPLETED, id, event));
      }
    }
  }
}
