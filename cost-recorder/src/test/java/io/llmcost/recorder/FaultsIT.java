package io.llmcost.recorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.apicurio.registry.serde.avro.AvroKafkaDeserializer;
import io.llmcost.schemas.Topics;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Poison and outages: what is bad ends as a dead letter, what is away is waited for. */
class FaultsIT {
  private static final String GROUP = "cost-recorder";

  private final HttpClient http = HttpClient.newHttpClient();
  private final JsonMapper json = new JsonMapper();

  @SuppressWarnings("NullAway.Init")
  private World world;

  @BeforeEach
  void newWorld() {
    world = new World();
  }

  @AfterEach
  void endWorld() {
    world.close();
    http.close();
  }

  @Test
  void poisonDoesNotStopNeighbours() {
    List<Costed> good = new ArrayList<>();
    sendGood(good, 30);
    byte[] bytes = world.serialize(Costed.at(Instant.now()).event());
    poison("random", new byte[] {7, 1, 2, 3});
    poison("none", null);
    poison("truncated", Arrays.copyOf(bytes, bytes.length - 9));
    byte[] unknownSchema = bytes.clone();
    Arrays.fill(unknownSchema, 1, 5, (byte) 0x7e);
    poison("schema", unknownSchema);
    sendGood(good, 30);
    var negative = Costed.at(Instant.now()).event();
    negative.getLineItems().get(0).setAmount(new BigDecimal("-1.000000000000000000"));
    world.send(negative);
    var wrongSum = Costed.at(Instant.now()).event();
    wrongSum.setTotalCost(wrongSum.getTotalCost().add(BigDecimal.ONE));
    world.send(wrongSum);
    sendGood(good, 30);

    world.start();

    world.awaitReceived(96);
    world.assertExact(good);
    await().untilAsserted(() -> assertThat(deadLetters()).isEqualTo(6));
    assertThat(causes()).isEqualTo(Set.of("UNDECODABLE 4", "INVALID_EVENT 2"));
  }

  @Test
  void conflictIsDeadLetteredAndShown() throws Exception {
    Costed event = Costed.at(Instant.now());
    world.send(event, event.withTokens(1, 2));
    ConfigurableApplicationContext recorder = world.start();
    world.awaitReceived(2);
    await().untilAsserted(() -> assertThat(deadLetters()).isEqualTo(1));
    world.assertExact(List.of(event));

    JsonNode page = get(recorder, "/v1/dead-letters?cause=CONFLICT", 200);
    assertThat(page.get("object").stringValue()).isEqualTo("page");
    JsonNode summary = page.get("data").get(0);
    assertThat(summary.get("topic").stringValue()).isEqualTo(Topics.COSTED);
    assertThat(summary.get("offset").longValue()).isEqualTo(1);
    assertThat(summary.get("key").stringValue()).isEqualTo(event.id().toString());
    assertThat(summary.get("project").stringValue()).isEqualTo("shop");
    assertThat(summary.get("model").stringValue()).isEqualTo("gpt-4.1");
    assertThat(summary.get("message").stringValue()).contains("another completion digest");

    JsonNode letter = get(recorder, "/v1/dead-letters/" + summary.get("id").stringValue(), 200);
    JsonNode value = letter.get("value");
    assertThat(value.get("completed").get("event_id").stringValue())
        .isEqualTo(event.id().toString());
    assertThat(value.get("completed").get("usage").get(0).get("quantity").stringValue())
        .isEqualTo("1");
    assertThat(letter.get("value_hex").stringValue()).startsWith("00");
    assertThat(letter.get("dead_letter_topic").stringValue())
        .isEqualTo(Topics.deadLetter(Topics.COSTED));

    assertThat(get(recorder, "/v1/dead-letters?cause=INVALID_EVENT", 200).get("data").size())
        .isZero();
    assertThat(get(recorder, "/v1/dead-letters?limit=0", 400).get("field").stringValue())
        .isEqualTo("limit");
    assertThat(get(recorder, "/v1/dead-letters?cause=BORED", 400).get("field").stringValue())
        .isEqualTo("cause");
    assertThat(get(recorder, "/v1/dead-letters/" + event.id(), 404).get("status").intValue())
        .isEqualTo(404);
    assertThat(get(recorder, "/v3/api-docs", 200).get("paths").has("/v1/dead-letters")).isTrue();
    assertThat(send(recorder, "/v1/dead-letters", "wrong").statusCode()).isEqualTo(401);
  }

  @Test
  void aLetterThatWasSentTwiceIsOneAndPagesMeet() throws Exception {
    for (int i = 0; i < 5; i++) {
      poison("poison-" + i, new byte[] {9, (byte) i});
    }
    world.start();
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(deadLetters()).isEqualTo(5));
    world.stopRecorders();

    // A crash after Kafka took the letters and before the commit: they are refused once more.
    world
        .sql()
        .sql("update ledger_offset set next_offset = 0 where topic = 'llm.request.costed'")
        .update();
    ConfigurableApplicationContext recorder = world.start();
    world.awaitReceived(10);
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(
                        world.count(
                            "select sum(already_recorded) from ledger_offset"
                                + " where topic = 'llm.request.costed-dlt'"))
                    .isEqualTo(5));
    assertThat(deadLetters()).isEqualTo(5);

    List<String> ids = new ArrayList<>();
    String next = "";
    do {
      JsonNode page = get(recorder, "/v1/dead-letters?limit=2" + next, 200);
      page.get("data").forEach(letter -> ids.add(letter.get("id").stringValue()));
      assertThat(page.get("has_more").booleanValue()).isEqualTo(page.has("next_page"));
      next = page.has("next_page") ? "&page=" + page.get("next_page").stringValue() : "";
    } while (!next.isEmpty());
    assertThat(ids)
        .hasSize(5)
        .doesNotHaveDuplicates()
        .isSortedAccordingTo((a, b) -> b.compareTo(a));
  }

  @Test
  void whatOnlyPostgresqlFindsIsBisectedOut() {
    world.start();
    await()
        .atMost(Duration.ofSeconds(30))
        .ignoreExceptions()
        .until(() -> world.count("select count(*) from ledger_offset") > 0);
    world.sql().sql("alter table cost_entry add check (project <> 'zebra')").update();
    List<Costed> good = new ArrayList<>();
    sendGood(good, 200);
    world.send(Costed.at(Instant.now()).withProject("zebra"));
    sendGood(good, 200);
    world.send(Costed.at(Instant.now()).withProject("zebra"));

    world.awaitReceived(402);

    world.assertExact(good);
    await().untilAsserted(() -> assertThat(causes()).isEqualTo(Set.of("REFUSED_BY_DATABASE 2")));
  }

  @Test
  void postgresOutagePausesAndRecovers() throws Exception {
    try (CutProxy proxy = new CutProxy("127.0.0.1", World.portOf(world.database()))) {
      List<Costed> events = new ArrayList<>();
      sendGood(events, 50);
      ConfigurableApplicationContext recorder =
          world.start("--spring.datasource.url=" + world.databaseThrough(proxy));
      world.awaitReceived(50);
      await().atMost(Duration.ofSeconds(20)).until(() -> readiness(recorder).equals("UP"));
      Set<String> members = world.members(GROUP);

      proxy.cut();
      sendGood(events, 50);
      await().atMost(Duration.ofSeconds(20)).until(() -> readiness(recorder).equals("DOWN"));
      assertThat(health(recorder)).contains("PostgreSQL");
      // Longer than the consumers' session: they are in the group because they go on polling.
      Thread.sleep(12_000);
      assertThat(world.members(GROUP)).isEqualTo(members);
      assertThat(world.received()).isEqualTo(50);

      proxy.restore();
      world.awaitReceived(100);
      world.assertExact(events);
      assertThat(deadLetters()).isZero();
      await().atMost(Duration.ofSeconds(20)).until(() -> readiness(recorder).equals("UP"));
    }
  }

  /** Apicurio's, but for an Error in the middle of a batch. */
  public static final class FaultyDeserializer extends AvroKafkaDeserializer<Object> {
    static volatile boolean broken;
    private int records;

    @Override
    public Object deserialize(String topic, Headers headers, byte[] data) {
      if (broken && ++records % 7 == 0) {
        throw new NoClassDefFoundError("of this test");
      }
      return super.deserialize(topic, headers, data);
    }
  }

  @Test
  void errorInTheMiddleOfABatchIsShownAndRepeatsNothing() throws Exception {
    List<Costed> events = new ArrayList<>();
    sendGood(events, 100);
    FaultyDeserializer.broken = true;
    ConfigurableApplicationContext recorder =
        world.start(
            "--spring.kafka.consumer.value-deserializer=" + FaultyDeserializer.class.getName());
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> health(recorder).contains("NoClassDefFoundError"));
    assertThat(readiness(recorder)).isEqualTo("DOWN");
    sendGood(events, 100);

    FaultyDeserializer.broken = false;

    world.awaitReceived(200);
    world.assertExact(events);
    assertThat(world.received()).isEqualTo(200);
    assertThat(deadLetters()).isZero();
    await().atMost(Duration.ofSeconds(20)).until(() -> readiness(recorder).equals("UP"));
  }

  @Test
  void whatIsNoFaultOfTheDataIsWaitedForAndNeverDeadLettersABatch() throws Exception {
    ConfigurableApplicationContext recorder = world.start();
    await()
        .atMost(Duration.ofSeconds(30))
        .ignoreExceptions()
        .until(() -> world.count("select count(*) from ledger_offset") > 0);
    // Rows are in, then the transaction fails: what was written of the batch must not stay.
    world
        .sql()
        .sql(
            """
            create function refuse() returns trigger language plpgsql as
            $$ begin raise exception 'a fault of this test'; end $$;
            create trigger refuse before insert or update on cost_rollup
            for each row execute function refuse()
            """)
        .update();
    List<Costed> events = new ArrayList<>();
    sendGood(events, 100);
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> health(recorder).contains("a fault of this test"));
    assertThat(readiness(recorder)).isEqualTo("DOWN");
    assertThat(world.count("select count(*) from cost_entry")).isZero();

    world.sql().sql("drop trigger refuse on cost_rollup").update();

    world.awaitReceived(100);
    world.assertExact(events);
    assertThat(world.received()).isEqualTo(100);
    assertThat(deadLetters()).isZero();
  }

  @Test
  void registryThatRefusesUsIsWaitedFor() throws Exception {
    List<Costed> events = new ArrayList<>();
    sendGood(events, 20);
    HttpServer refusing =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    refusing.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(403, -1);
          exchange.close();
        });
    refusing.start();
    try {
      ConfigurableApplicationContext recorder =
          world.start(
              "--llmcost.schema-registry.url=http://127.0.0.1:"
                  + refusing.getAddress().getPort()
                  + "/apis/registry/v3");
      await().atMost(Duration.ofSeconds(30)).until(() -> health(recorder).contains("HTTP 403"));
      assertThat(readiness(recorder)).isEqualTo("DOWN");
      assertThat(world.received()).isZero();
      world.stopRecorders();
    } finally {
      refusing.stop(0);
    }

    world.start();
    world.awaitReceived(20);
    world.assertExact(events);
    assertThat(deadLetters()).isZero();
  }

  @Test
  void registryOutageIsWaitedFor() throws Exception {
    int port = World.portOf(World.registryUrl().replaceFirst("/apis.*", "/"));
    try (CutProxy proxy = new CutProxy("127.0.0.1", port)) {
      List<Costed> events = new ArrayList<>();
      sendGood(events, 20);
      proxy.cut();
      ConfigurableApplicationContext recorder =
          world.start(
              "--llmcost.schema-registry.url="
                  + World.registryUrl().replaceFirst(":\\d+/", ":" + proxy.port() + "/"));
      await().atMost(Duration.ofSeconds(30)).until(() -> health(recorder).contains("registry"));
      assertThat(readiness(recorder)).isEqualTo("DOWN");
      assertThat(world.received()).isZero();

      proxy.restore();
      world.awaitReceived(20);
      world.assertExact(events);
      assertThat(deadLetters()).isZero();
    }
  }

  @Test
  void killedInTheMiddleNothingIsLostOrDoubled(@TempDir Path directory) throws Exception {
    List<Costed> events = new ArrayList<>();
    sendGood(events, 6_000);
    for (int kill = 1; kill <= 2; kill++) {
      Process recorder = recorderProcess(directory);
      long enough = kill * 1_500L;
      await()
          .atMost(Duration.ofSeconds(60))
          .pollInterval(Duration.ofMillis(20))
          .ignoreExceptions()
          .until(() -> world.received() >= enough);
      recorder.destroyForcibly();
      assertThat(recorder.waitFor(10, TimeUnit.SECONDS)).isTrue();
      sendGood(events, 500);
    }

    world.start();

    world.awaitReceived(7_000);
    world.assertExact(events);
    assertThat(world.received()).isEqualTo(7_000);
  }

  /** A process of its own, slow enough to be killed in the middle. */
  private Process recorderProcess(Path directory) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx160m");
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(Application.class.getName());
    command.addAll(world.settings("--"));
    command.add("--llmcost.recorder.max-poll-records=50");
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("recorder.log").toFile())
        .start();
  }

  private void sendGood(List<Costed> good, int count) {
    List<Costed> events = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      events.add(Costed.at(Instant.now()).withProject("p" + i % 3).withTokens(i, 1));
    }
    world.send(events);
    good.addAll(events);
  }

  private void poison(String key, byte @Nullable [] value) {
    world.sendTo(Topics.COSTED, key, value, new RecordHeaders());
  }

  private long deadLetters() {
    return world.count("select count(*) from dead_letter");
  }

  private Set<String> causes() {
    return Set.copyOf(
        world
            .sql()
            .sql("select cause || ' ' || count(*) from dead_letter group by cause")
            .query(String.class)
            .list());
  }

  private String readiness(ConfigurableApplicationContext recorder) throws Exception {
    String body = send(recorder, "/actuator/health/readiness", Tokens.READER).body();
    String status = json.readTree(body).get("status").stringValue();
    return status.equals("UP") ? "UP" : "DOWN";
  }

  private String health(ConfigurableApplicationContext recorder) throws Exception {
    return send(recorder, "/actuator/health", Tokens.READER).body();
  }

  private JsonNode get(ConfigurableApplicationContext recorder, String path, int status)
      throws Exception {
    HttpResponse<String> answer = send(recorder, path, Tokens.READER);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    return json.readTree(answer.body());
  }

  private HttpResponse<String> send(
      ConfigurableApplicationContext recorder, String path, String token) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + World.port(recorder) + path))
            .header("Authorization", "Bearer " + token)
            .build();
    return http.send(request, HttpResponse.BodyHandlers.ofString());
  }
}
