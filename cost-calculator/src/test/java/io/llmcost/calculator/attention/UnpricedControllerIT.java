package io.llmcost.calculator.attention;

import static io.llmcost.calculator.CalculatorFixture.PRICE_ADMIN;
import static io.llmcost.calculator.CalculatorFixture.READER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.llmcost.calculator.CalculatorFixture;
import io.llmcost.calculator.CalculatorFixture.Answer;
import io.llmcost.chassis.kafka.SchemaRegistrySettings;
import io.llmcost.localstack.Backends;
import io.llmcost.schemas.EventIds;
import io.llmcost.schemas.EventSchemas;
import io.llmcost.schemas.LlmRequestCompleted;
import io.llmcost.schemas.Meters;
import io.llmcost.schemas.Statuses;
import io.llmcost.schemas.Topics;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** From an event of an unknown model in Kafka to the queue, and out of it again. */
class UnpricedControllerIT {

  private static final Instant AT = Instant.parse("2026-11-20T10:00:00Z");
  private final CalculatorFixture calculator = CalculatorFixture.shared();
  private final String model = "it-" + UUID.randomUUID();

  private void send(int events) throws Exception {
    EventSchemas.trust();
    @SuppressWarnings("unchecked")
    Serializer<LlmRequestCompleted> serializer =
        (Serializer<LlmRequestCompleted>)
            Utils.newInstance(
                Class.forName("io.apicurio.registry.serde.avro.AvroKafkaSerializer")
                    .asSubclass(Serializer.class));
    serializer.configure(
        new SchemaRegistrySettings(
                URI.create(Backends.shared().schemaRegistryUrl()), Duration.ofDays(1))
            .serdeProperties(),
        false);
    Map<String, Object> kafka = Map.of("bootstrap.servers", Backends.shared().bootstrapServers());
    try (var producer = new KafkaProducer<>(kafka, new StringSerializer(), serializer)) {
      for (int i = 0; i < events; i++) {
        Instant at = AT.plusSeconds(i);
        String id = EventIds.derive(at, "unpriced-it", model + i).toString();
        LlmRequestCompleted event =
            LlmRequestCompleted.newBuilder()
                .setEventId(id)
                .setOccurredAt(at)
                .setSource("unpriced-it")
                .setProvider("openai")
                .setModel(model)
                .setStatus(Statuses.SUCCEEDED)
                .setUsage(List.of(Meters.item(Meters.INPUT, 100), Meters.item(Meters.OUTPUT, 10)))
                .build();
        producer.send(new ProducerRecord<>(Topics.COMPLETED, id, event)).get();
      }
    }
  }

  private List<JsonNode> queue(String state) {
    Answer answer =
        calculator.get("/v1/prices/unpriced?state=" + state + "&model=" + model, READER);
    assertThat(answer.status()).isEqualTo(200);
    return answer.json().path("data").valueStream().toList();
  }

  @Test
  void anUnknownModelIsInTheQueueUntilAPriceCoversAllOfItsTime() throws Exception {
    send(7);
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () ->
                assertThat(queue("open"))
                    .singleElement()
                    .satisfies(
                        entry -> {
                          assertThat(entry.path("concern").asString()).isEqualTo("fallback");
                          assertThat(entry.path("requests").asLong()).isEqualTo(7);
                          assertThat(entry.path("tokens").asLong()).isEqualTo(770);
                          assertThat(entry.path("amount").asString()).isEqualTo("0.0091");
                          assertThat(entry.at("/reprice/from").asString())
                              .isEqualTo("2026-11-20T10:00:00Z");
                          assertThat(entry.at("/reprice/to").asString())
                              .isEqualTo("2026-11-20T10:00:06.000001Z");
                        }));
    String price =
        """
        {"provider": "openai", "model": "%s", "meter": "%s", "unit_price": "1", "unit": 1000000,
         "effective_from": "%s"}\
        """;
    for (String meter : List.of("input", "output")) {
      calculator.post("/v1/prices", PRICE_ADMIN, price.formatted(model, meter, "2026-11-21"));
    }
    assertThat(queue("open")).hasSize(1);
    for (String meter : List.of("input", "output")) {
      Answer set =
          calculator.post(
              "/v1/prices?replace=true", PRICE_ADMIN, price.formatted(model, meter, "2026-11-20"));
      assertThat(set.status()).isEqualTo(201);
    }
    await().atMost(Duration.ofSeconds(5)).until(() -> queue("open").isEmpty());
    assertThat(queue("resolved")).hasSize(1);
  }

  @Test
  void aDismissalHasAReasonAndCanBeTakenBack() throws Exception {
    send(1);
    await().atMost(Duration.ofSeconds(60)).until(() -> queue("open").size() == 1);
    String body =
        """
        {"provider": "openai", "model": "%s", "concern": "fallback", "reason": "%s"}\
        """;
    String dismiss = "/v1/prices/unpriced/dismiss";
    assertThat(calculator.post(dismiss, READER, body.formatted(model, "x")).status())
        .isEqualTo(403);
    assertThat(calculator.post(dismiss, PRICE_ADMIN, body.formatted(model, "")).status())
        .isEqualTo(400);
    assertThat(calculator.post(dismiss, PRICE_ADMIN, body.formatted("none", "x")).status())
        .isEqualTo(404);
    Answer dismissed = calculator.post(dismiss, PRICE_ADMIN, body.formatted(model, "a load test"));
    assertThat(dismissed.text("state")).isEqualTo("dismissed");
    assertThat(dismissed.json().at("/dismissal/by").asString()).isEqualTo("alice");
    assertThat(queue("open")).isEmpty();
    assertThat(queue("dismissed")).hasSize(1);
    Answer reopened =
        calculator.post(
            "/v1/prices/unpriced/reopen", PRICE_ADMIN, body.formatted(model, "it was none"));
    assertThat(reopened.text("state")).isEqualTo("open");
  }

  @Test
  void pagesAndFiltersAreChecked() {
    for (String query : List.of("state=odd", "concern=odd", "limit=0", "page=%21")) {
      assertThat(calculator.get("/v1/prices/unpriced?" + query, READER).status()).isEqualTo(400);
    }
  }
}
