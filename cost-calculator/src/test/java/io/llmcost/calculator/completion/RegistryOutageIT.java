package io.llmcost.calculator.completion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.kafka.config.KafkaListenerEndpointRegistry;

/** The registry is away when the first record comes, and comes back: a wait, and nothing lost. */
class RegistryOutageIT {

  private static final int EVENTS = 50;

  /** Passes connections on to the registry, or, while it is away, refuses them. */
  private static final class Door implements AutoCloseable {
    private final URI registry;
    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private volatile boolean open;

    Door(URI registry) throws IOException {
      this.registry = registry;
      Thread.ofVirtual().start(this::accept);
    }

    String url() {
      return "http://localhost:" + server.getLocalPort() + registry.getPath();
    }

    private void accept() {
      while (!server.isClosed()) {
        try {
          Socket caller = server.accept();
          if (open) {
            Socket target = new Socket();
            target.connect(new InetSocketAddress(registry.getHost(), registry.getPort()));
            pass(caller, target);
            pass(target, caller);
          } else {
            caller.close();
          }
        } catch (IOException e) {
          // The next one may do better; the test sees what came of it.
        }
      }
    }

    private static void pass(Socket from, Socket to) {
      Thread.ofVirtual()
          .start(
              () -> {
                try (from;
                    to) {
                  from.getInputStream().transferTo(to.getOutputStream());
                } catch (IOException e) {
                  // Either end closed.
                }
              });
    }

    @Override
    public void close() throws IOException {
      server.close();
    }
  }

  private static long counted(ConfigurableApplicationContext calculator, String name) {
    return (long)
        calculator
            .getBean(MeterRegistry.class)
            .find("llmcost.calculator." + name)
            .counters()
            .stream()
            .mapToDouble(Counter::count)
            .sum();
  }

  @Test
  void recordsWaitForTheRegistryAndNoneBecomesADeadLetter() throws Exception {
    URI registry = URI.create(Backends.shared().schemaRegistryUrl());
    try (Door door = new Door(registry);
        ConfigurableApplicationContext calculator =
            CalculatorFixture.start(
                Backends.shared().newDatabase(),
                Map.of(
                    "llmcost.schema-registry.url", door.url(),
                    "spring.kafka.consumer.group-id", "outage-" + UUID.randomUUID(),
                    // Other tests' records are none of this one's.
                    "spring.kafka.consumer.auto-offset-reset", "latest",
                    "llmcost.calculator.retry-initial", "50ms",
                    "llmcost.calculator.retry-max", "200ms"))) {
      awaitAssignment(calculator);
      send(registry);
      Thread.sleep(Duration.ofSeconds(2));
      assertThat(counted(calculator, "received")).isZero();

      door.open = true;
      // A record that another test sent late may be among them.
      await().atMost(Duration.ofSeconds(60)).until(() -> counted(calculator, "costed") >= EVENTS);
      assertThat(counted(calculator, "costed")).isEqualTo(counted(calculator, "received"));
      assertThat(counted(calculator, "dead.lettered")).isZero();
    }
  }

  private static void awaitAssignment(ConfigurableApplicationContext calculator) {
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

  private static void send(URI registry) throws Exception {
    EventSchemas.trust();
    Map<String, Object> settings =
        new HashMap<>(new SchemaRegistrySettings(registry, Duration.ofDays(1)).serdeProperties());
    settings.put("bootstrap.servers", Backends.shared().bootstrapServers());
    settings.put("key.serializer", "org.apache.kafka.common.serialization.StringSerializer");
    settings.put("value.serializer", "io.apicurio.registry.serde.avro.AvroKafkaSerializer");
    try (var producer = new KafkaProducer<String, LlmRequestCompleted>(settings)) {
      for (int i = 0; i < EVENTS; i++) {
        String id = EventIds.mint(Instant.now()).toString();
        LlmRequestCompleted event =
            LlmRequestCompleted.newBuilder()
                .setEventId(id)
                .setOccurredAt(Instant.now().truncatedTo(java.time.temporal.ChronoUnit.MICROS))
                .setSource("outage-it")
                .setProvider("openai")
                .setModel("gpt-4")
                .setStatus(Statuses.SUCCEEDED)
                .setUsage(List.of(Meters.item(Meters.INPUT, i)))
                .build();
        producer.send(new ProducerRecord<>(Topics.COMPLETED, id, event)).get();
      }
    }
  }
}
