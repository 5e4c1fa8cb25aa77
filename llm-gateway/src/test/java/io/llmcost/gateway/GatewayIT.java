package io.llmcost.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apicurio.registry.serde.avro.AvroKafkaDeserializer;
import io.llmcost.chassis.gatewaykey.GatewayKey;
import io.llmcost.chassis.gatewaykey.GatewayKeyFile;
import io.llmcost.chassis.gatewaykey.GatewayKeys;
import io.llmcost.chassis.security.TokenAuthenticator;
import io.llmcost.gateway.server.GatewayServer;
import io.llmcost.localstack.Backends;
import io.llmcost.schemas.EventSchemas;
import io.llmcost.schemas.LlmRequestCompleted;
import io.llmcost.schemas.Meters;
import io.llmcost.schemas.Topics;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;

/** The whole gateway as it is started in production, with a real broker and a real registry. */
class GatewayIT {
  private static final String EMITTER = "an-emitters-token";
  private static final String READER = "a-readers-token";

  private static final ProviderServer PROVIDER = new ProviderServer();
  private static @Nullable ConfigurableApplicationContext context;
  private static URI url = URI.create("http://unset");
  private static Path journal = Path.of("unset");
  private static GatewayKeyFile keyFile = new GatewayKeyFile(Path.of("unset"));

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @BeforeAll
  static void start(@TempDir Path directory) throws Exception {
    EventSchemas.trust();
    Backends backends = Backends.shared();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", backends.bootstrapServers()))) {
      admin.createTopics(List.of(new NewTopic(Topics.COMPLETED, 3, (short) 1))).all().get();
    }
    journal = directory.resolve("journal");
    Path providerKey = Files.writeString(directory.resolve("groq.key"), "groq-key\n");
    keyFile = new GatewayKeyFile(directory.resolve("keys.json"));
    keyFile.update(none -> none);
    context =
        Application.application()
            .run(
                "--spring.kafka.bootstrap-servers=" + backends.bootstrapServers(),
                "--llmcost.schema-registry.url=" + backends.schemaRegistryUrl(),
                "--llmcost.security.tokens.emitter=" + TokenAuthenticator.hash(EMITTER),
                "--llmcost.security.tokens.reader=" + TokenAuthenticator.hash(READER),
                "--llmcost.gateway.bind-address=127.0.0.1",
                "--llmcost.gateway.port=0",
                "--llmcost.gateway.journal-dir=" + journal,
                "--llmcost.gateway.upstream=" + PROVIDER.url(),
                "--llmcost.gateway.pass-through-keys=true",
                "--llmcost.gateway.keys-file=" + keyFile.path(),
                "--llmcost.gateway.keys-period=50ms",
                "--llmcost.gateway.providers.groq.api-key-file=" + providerKey,
                "--llmcost.gateway.timeouts.shutdown=2s");
    url = URI.create("http://127.0.0.1:" + context.getBean(GatewayServer.class).port());
  }

  @AfterAll
  static void stop() {
    if (context != null) {
      context.close();
    }
    PROVIDER.close();
  }

  private HttpRequest.Builder request(String path, String token) {
    return HttpRequest.newBuilder(url.resolve(path)).header("authorization", "Bearer " + token);
  }

  private HttpResponse<String> post(String path, String token, String body, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        request(path, token)
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.send(request.build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> get(String path, String token) throws Exception {
    return http.send(request(path, token).build(), BodyHandlers.ofString());
  }

  /** Reads the topic until all of {@code projects} were seen; the records by project. */
  private static Map<String, ConsumerRecord<String, LlmRequestCompleted>> published(
      String... projects) {
    Map<String, Object> settings = new HashMap<>();
    settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, Backends.shared().bootstrapServers());
    settings.put(ConsumerConfig.GROUP_ID_CONFIG, UUID.randomUUID().toString());
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    settings.put("apicurio.registry.url", Backends.shared().schemaRegistryUrl());
    settings.put("apicurio.registry.use-specific-avro-reader", true);
    Map<String, ConsumerRecord<String, LlmRequestCompleted>> found = new HashMap<>();
    AvroKafkaDeserializer<LlmRequestCompleted> values = new AvroKafkaDeserializer<>();
    values.configure(settings, false);
    try (KafkaConsumer<String, LlmRequestCompleted> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), values)) {
      consumer.subscribe(List.of(Topics.COMPLETED));
      Instant deadline = Instant.now().plusSeconds(30);
      while (!found.keySet().containsAll(List.of(projects)) && Instant.now().isBefore(deadline)) {
        for (var record : consumer.poll(Duration.ofMillis(200))) {
          found.put(String.valueOf(record.value().getProject()), record);
        }
      }
    }
    assertThat(found).containsKeys(projects);
    return found;
  }

  @Test
  void aKeyThatIsGivenOutWhileTheGatewayRunsIsTaken() throws Exception {
    PROVIDER.answers((request, wire) -> wire.json(200, Answers.CHAT));
    String secret = GatewayKeys.newSecret();
    Instant now = Instant.now();
    GatewayKey key =
        new GatewayKey(
            "key-1",
            "checkout",
            List.of(new GatewayKey.Secret(TokenAuthenticator.hash(secret), now, null)),
            "by-key",
            null,
            null,
            Map.of(),
            List.of(),
            false,
            now,
            null,
            null);

    keyFile.update(keys -> keys.plus(key));

    await()
        .untilAsserted(
            () -> {
              var answer = post("/groq/v1/chat/completions", secret, Answers.CHAT_REQUEST);
              assertThat(answer.statusCode()).isEqualTo(200);
              assertThat(PROVIDER.requests().getLast().headers())
                  .containsEntry("authorization", "Bearer groq-key");
            });
    assertThat(Objects.requireNonNull(published("by-key").get("by-key")).value().getApiKeyId())
        .isEqualTo("key-1");
    assertThat(get("/actuator/prometheus", READER).body())
        .contains("llmcost_gateway_keys 1.0", "llmcost_gateway_keys_stale 0.0");
    keyFile.update(keys -> keys.with("key-1", old -> old.revoked(now)));
    await()
        .untilAsserted(
            () ->
                assertThat(
                        post("/groq/v1/chat/completions", secret, Answers.CHAT_REQUEST)
                            .statusCode())
                    .isEqualTo(401));
  }

  @Test
  void callsThroughTheGatewayReachTheTopic() throws Exception {
    PROVIDER.answers(
        (request, wire) -> {
          if (request.body().contains("\"stream\":true")) {
            wire.streamHead();
            for (String event : Answers.CHAT_STREAM) {
              wire.chunk(event);
            }
            wire.chunk(Answers.CHAT_STREAM_USAGE).chunk(Answers.DONE).lastChunk();
          } else if (request.path().startsWith("/anthropic")) {
            wire.streamHead().chunk(Answers.MESSAGE_STREAM).lastChunk();
          } else {
            wire.json(200, Answers.CHAT);
          }
        });

    var plain =
        post("/v1/chat/completions", "sk", Answers.CHAT_REQUEST, "x-llmcost-project", "it-plain");
    var streamed =
        post(
            "/v1/chat/completions",
            "sk",
            "{\"model\":\"gpt-4o-mini\",\"stream\":true,\"messages\":[]}",
            "x-llmcost-project",
            "it-streamed");
    var anthropic =
        post(
            "/v1/messages",
            "sk",
            "{\"model\":\"claude-sonnet-4-5\",\"stream\": true}",
            "x-llmcost-project",
            "it-anthropic");

    assertThat(plain.body()).isEqualTo(Answers.CHAT);
    assertThat(streamed.body()).isEqualTo(String.join("", Answers.CHAT_STREAM) + Answers.DONE);
    assertThat(anthropic.body()).isEqualTo(Answers.MESSAGE_STREAM);
    var records = published("it-plain", "it-streamed", "it-anthropic");
    assertEvent(records.get("it-plain"), plain, 507, 110);
    assertEvent(records.get("it-streamed"), streamed, 20, 7);
    assertEvent(records.get("it-anthropic"), anthropic, 25, 15);
  }

  private static void assertEvent(
      @Nullable ConsumerRecord<String, LlmRequestCompleted> found,
      HttpResponse<String> answer,
      long input,
      long output) {
    ConsumerRecord<String, LlmRequestCompleted> record = Objects.requireNonNull(found);
    assertThat(answer.headers().firstValue("x-llmcost-event-id")).hasValue(record.key());
    assertThat(record.value().getEventId()).isEqualTo(record.key());
    assertThat(record.value().getSource()).isEqualTo("llm-gateway");
    assertThat(record.value().getUsage())
        .contains(Meters.item("input", input), Meters.item("output", output));
  }

  @Test
  void reportedEventsReachTheTopic() throws Exception {
    List<String> events = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      events.add(
          """
          {"occurred_at": "%s", "source": "svc", "project": "it-batch-%d", "provider": "openai",
           "model": "gpt-4", "status": "succeeded",
           "usage": [{"meter": "input", "quantity": 12}]}
          """
              .formatted(Instant.now(), i));
    }

    var answer = post("/v1/events", EMITTER, "{\"events\": [" + String.join(",", events) + "]}");

    assertThat(answer.statusCode()).isEqualTo(202);
    published("it-batch-0", "it-batch-1", "it-batch-2");
  }

  @Test
  void healthIsForAllAndMetricsAreForReaders() throws Exception {
    for (String path :
        List.of("/actuator/health", "/actuator/health/liveness", "/actuator/health/readiness")) {
      var health =
          http.send(HttpRequest.newBuilder(url.resolve(path)).build(), BodyHandlers.ofString());
      assertThat(health.statusCode()).as(path).isEqualTo(200);
      assertThat(health.body()).isEqualTo("{\"status\":\"UP\"}");
    }
    assertThat(get("/actuator/prometheus", EMITTER).statusCode()).isEqualTo(403);
    assertThat(get("/actuator/prometheus", "nobodys").statusCode()).isEqualTo(401);
    var metrics = get("/actuator/prometheus", READER);
    assertThat(metrics.statusCode()).isEqualTo(200);
    assertThat(metrics.body())
        .contains("llmcost_gateway_connections", "llmcost_gateway_events_total", "jvm_memory");
    String rules =
        Files.readString(
            Path.of(System.getProperty("llmcost.root", ".."), "deploy/alerts/llmcost.yml"));
    assertThat(
            Pattern.compile("llmcost_(gateway|journal|client)_[a-z_]+")
                .matcher(rules)
                .results()
                .map(MatchResult::group)
                .distinct())
        .hasSizeGreaterThan(4)
        .allSatisfy(metric -> assertThat(metrics.body()).contains("\n" + metric));
    assertThat(get("/actuator/env", READER).statusCode()).isEqualTo(404);
    assertThat(post("/actuator/health", READER, "").statusCode()).isEqualTo(405);
  }

  @Test
  void whyAGatewayDoesNotStartIsSaidInALine(@TempDir Path other) {
    assertThat(failure("--llmcost.gateway.port=0", "--llmcost.gateway.journal-dir=" + journal))
        .contains(journal.toString());
    assertThat(
            failure(
                "--llmcost.gateway.port=" + url.getPort(),
                "--llmcost.gateway.journal-dir=" + other))
        .startsWith("cannot listen at 127.0.0.1:" + url.getPort())
        .doesNotContain("\n");
  }

  private static String failure(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--llmcost.gateway.bind-address=127.0.0.1");
    try {
      Application.application().run(all.toArray(String[]::new)).close();
    } catch (RuntimeException e) {
      var analysis = new StartFailure().analyze(e);
      return analysis == null ? "no analysis of " + e : String.valueOf(analysis.getDescription());
    }
    throw new AssertionError("started");
  }

  @Test
  void readinessSaysWhenTheJournalCannotBeWritten() throws Exception {
    Path aside = journal.resolveSibling("aside");
    Files.move(journal, aside);
    try {
      assertThat(get("/actuator/health/readiness", READER).statusCode()).isEqualTo(503);
      assertThat(get("/actuator/health/liveness", READER).statusCode()).isEqualTo(200);
    } finally {
      Files.move(aside, journal);
    }
    await().until(() -> get("/actuator/health/readiness", READER).statusCode() == 200);
  }
}
