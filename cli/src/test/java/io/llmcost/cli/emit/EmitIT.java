package io.llmcost.cli.emit;

import static org.assertj.core.api.Assertions.assertThat;

import io.apicurio.registry.serde.avro.AvroKafkaDeserializer;
import io.llmcost.cli.Main;
import io.llmcost.localstack.Backends;
import io.llmcost.schemas.EventIds;
import io.llmcost.schemas.LlmRequestCompleted;
import io.llmcost.schemas.Topics;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Emit against a real broker and registry; the hops behind them are {@link TwoHops}. */
class EmitIT {
  private static final String HEADER = "TIMESTAMP,ContextTokens,GeneratedTokens\n";
  private static final Backends BACKENDS = Backends.shared();

  @TempDir Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void createTopics() throws ExecutionException, InterruptedException {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", BACKENDS.bootstrapServers()))) {
      List<NewTopic> topics = new ArrayList<>();
      for (Topics.Topic topic : Topics.all()) {
        topics.add(
            new NewTopic(topic.name(), Optional.of(topic.partitions()), Optional.empty())
                .configs(topic.config()));
      }
      admin.createTopics(topics).all().get();
    }
  }

  @BeforeEach
  void uniqueModel() {
    model = "model-" + System.nanoTime();
  }

  private String model = "";

  @Test
  void tracePassesBothHopsAndKeepsItsIdsWhenEmittedAgain() throws Exception {
    Path trace =
        file(HEADER + "2023-11-16 18:17:03.9799600,4808,10\n2023-11-16 18:17:04.0319600,3180,8\n");
    try (TwoHops hops = new TwoHops(BACKENDS.bootstrapServers()).start()) {
      assertThat(emitTrace(trace)).as(err.toString()).isZero();
      assertThat(emitTrace(trace)).isZero();

      List<LlmRequestCompleted> own = own(hops);
      assertThat(own).hasSize(2);
      assertThat(own)
          .extracting(LlmRequestCompleted::getOccurredAt)
          .containsExactlyInAnyOrder(
              Instant.parse("2023-11-16T18:17:03.979960Z"),
              Instant.parse("2023-11-16T18:17:04.031960Z"));
    }
    assertThat(out.toString()).contains("2 events from ").contains("priced and recorded");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void badLinesAreNamedAndTheGoodOnesGoOn() throws Exception {
    Path trace = file(HEADER + "yesterday,1,1\n2023-11-16 18:17:04,3180,8\n");
    try (TwoHops hops = new TwoHops(BACKENDS.bootstrapServers()).start()) {
      assertThat(emitTrace(trace)).isEqualTo(1);
      assertThat(own(hops)).hasSize(1);
    }
    assertThat(out.toString()).contains(" line 2: TIMESTAMP: 'yesterday' is no time");
    assertThat(err.toString().lines()).hasSize(1);
    assertThat(err.toString()).contains("1 of 2 lines are no events");
  }

  @Test
  void ownDeadLettersAreCountedOnceEachAndOthersNot() throws Exception {
    String poison = EventIds.mint(Instant.now()).toString();
    String others = EventIds.mint(Instant.now()).toString();
    Path before = file(event(others));
    try (TwoHops hops =
        new TwoHops(BACKENDS.bootstrapServers()).refusing(poison).refusing(others).start()) {
      assertThat(emit("--events", before.toString())).isEqualTo(1);
      Path events = file(event(poison) + event(EventIds.mint(Instant.now()).toString()));
      err.getBuffer().setLength(0);

      assertThat(emit("--events", events.toString())).isEqualTo(1);
      assertThat(hops.completed()).containsKeys(poison, others);
    }
    assertThat(err.toString().lines()).hasSize(1);
    assertThat(err.toString()).contains("1 dead-lettered INVALID 1;");
  }

  @Test
  void endsOnlyWhenTheSecondHopHasPassed() throws Exception {
    Path trace = file(HEADER + "2023-11-16 18:17:04,3180,8\n");
    try (TwoHops hops = new TwoHops(BACKENDS.bootstrapServers())) {
      hops.recording(false);
      hops.start();
      CompletableFuture<Integer> emission = CompletableFuture.supplyAsync(() -> emitTrace(trace));
      assertThat(endsWithin(emission, 3)).isFalse();

      hops.recording(true);
      assertThat(emission.get(60, TimeUnit.SECONDS)).isZero();
    }
  }

  @Test
  void givesUpWhereNothingMoves() throws Exception {
    Path trace = file(HEADER + "2023-11-16 18:17:04,3180,8\n");

    assertThat(emitTrace(trace, "--timeout", "2s")).isEqualTo(1);
    assertThat(err.toString().lines()).hasSize(1);
    assertThat(err.toString()).contains("nothing moved for 2.0 s: cannot wait for cost-calculator");

    try (TwoHops hops = new TwoHops(BACKENDS.bootstrapServers()).start()) {
      assertThat(emitTrace(trace)).isZero();
      assertThat(own(hops)).hasSize(1);
    }
  }

  @Test
  void brokerThatIsNotThereIsOneLine() throws Exception {
    Path trace = file(HEADER + "2023-11-16 18:17:04,3180,8\n");
    assertThat(
            Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(
                    "emit",
                    "--bootstrap-servers",
                    "127.0.0.1:1",
                    "--schema-registry-url",
                    BACKENDS.schemaRegistryUrl(),
                    "--timeout",
                    "2s",
                    "--trace",
                    trace.toString(),
                    "--provider",
                    "openai",
                    "--model",
                    model))
        .isEqualTo(1);
    assertThat(err.toString().lines()).hasSize(1);
    assertThat(err.toString()).contains("nothing moved for 2.0 s");
  }

  private static boolean endsWithin(CompletableFuture<Integer> emission, int seconds)
      throws ExecutionException, InterruptedException {
    try {
      emission.get(seconds, TimeUnit.SECONDS);
      return true;
    } catch (TimeoutException stillWaiting) {
      return false;
    }
  }

  private int emitTrace(Path trace, String... more) {
    List<String> args =
        new ArrayList<>(
            List.of("--trace", trace.toString(), "--provider", "openai", "--model", model));
    args.addAll(Arrays.asList(more));
    return emit(args.toArray(String[]::new));
  }

  private int emit(String... args) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "emit",
                "--bootstrap-servers",
                BACKENDS.bootstrapServers(),
                "--schema-registry-url",
                BACKENDS.schemaRegistryUrl()));
    all.addAll(Arrays.asList(args));
    return Main.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(all.toArray(String[]::new));
  }

  private List<LlmRequestCompleted> own(TwoHops hops) {
    List<LlmRequestCompleted> own = new ArrayList<>();
    try (AvroKafkaDeserializer<LlmRequestCompleted> deserializer = new AvroKafkaDeserializer<>()) {
      deserializer.configure(
          Map.of(
              "apicurio.registry.url",
              BACKENDS.schemaRegistryUrl(),
              "apicurio.registry.use-specific-avro-reader",
              "true"),
          false);
      hops.completed()
          .forEach(
              (key, value) -> {
                LlmRequestCompleted event = deserializer.deserialize(Topics.COMPLETED, value);
                if (model.equals(event.getModel())) {
                  assertThat(event.getEventId()).isEqualTo(key);
                  own.add(event);
                }
              });
    }
    return own;
  }

  private Path file(String text) throws java.io.IOException {
    return Files.writeString(directory.resolve("input-" + System.nanoTime()), text);
  }

  private static String event(String id) {
    return """
    {"event_id": "%s", "occurred_at": "%s", "source": "it", "provider": "openai", \
    "model": "gpt-4", "status": "succeeded", "usage": [{"meter": "input", "quantity": 12}]}
    """
        .formatted(id, Instant.now());
  }
}
