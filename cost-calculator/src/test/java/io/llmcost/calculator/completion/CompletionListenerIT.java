package io.llmcost.calculator.completion;

import static io.llmcost.calculator.CalculatorFixture.PRICE_ADMIN;
import static io.llmcost.calculator.CalculatorFixture.READER;
import static io.llmcost.calculator.pricing.Books.item;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.llmcost.calculator.CalculatorFixture;
import io.llmcost.calculator.CalculatorFixture.Answer;
import io.llmcost.chassis.kafka.DeadLetterCause;
import io.llmcost.chassis.kafka.DeadLetterHeaders;
import io.llmcost.chassis.kafka.SchemaRegistrySettings;
import io.llmcost.localstack.Backends;
import io.llmcost.schemas.CompletionDigests;
import io.llmcost.schemas.CostStatuses;
import io.llmcost.schemas.EventHeaders;
import io.llmcost.schemas.EventIds;
import io.llmcost.schemas.EventSchemas;
import io.llmcost.schemas.LlmRequestCompleted;
import io.llmcost.schemas.LlmRequestCosted;
import io.llmcost.schemas.Meters;
import io.llmcost.schemas.Statuses;
import io.llmcost.schemas.Topics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CompletionListenerIT {

  private static final Instant AT = Instant.parse("2023-11-16T18:17:03.979961Z");

  private final CalculatorFixture calculator = CalculatorFixture.shared();
  private final Map<String, Object> kafka =
      Map.of("bootstrap.servers", Backends.shared().bootstrapServers());
  private final KafkaProducer<byte[], byte[]> producer =
      new KafkaProducer<>(kafka, new ByteArraySerializer(), new ByteArraySerializer());
  private final Serializer<LlmRequestCompleted> serializer = serializer();
  private final Map<String, Long> before = new HashMap<>();

  @SuppressWarnings("unchecked")
  private static Serializer<LlmRequestCompleted> serializer() {
    return (Serializer<LlmRequestCompleted>)
        configured("io.apicurio.registry.serde.avro.AvroKafkaSerializer", Serializer.class);
  }

  private static Object configured(String type, Class<?> as) {
    EventSchemas.trust();
    var registry =
        new SchemaRegistrySettings(
            URI.create(Backends.shared().schemaRegistryUrl()), Duration.ofDays(1));
    try {
      Object serde = Utils.newInstance(Class.forName(type).asSubclass(as));
      if (serde instanceof Serializer<?> made) {
        made.configure(registry.serdeProperties(), false);
      } else {
        ((Deserializer<?>) serde).configure(registry.serdeProperties(), false);
      }
      return serde;
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  // What other tests sent before is read by this instance too, and none of it is to be counted.
  @BeforeEach
  void remember() {
    try (Admin admin = Admin.create(kafka)) {
      await().atMost(Duration.ofSeconds(60)).until(() -> hasCaughtUp(admin));
    }
    for (String name : List.of("received", "costed", "dead.lettered")) {
      before.put(name, counted(name, null, null));
    }
  }

  @AfterEach
  void close() {
    producer.close();
  }

  private static boolean hasCaughtUp(Admin admin) throws Exception {
    Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
    for (int partition = 0; partition < Topics.PARTITIONS; partition++) {
      latest.put(new TopicPartition(Topics.COMPLETED, partition), OffsetSpec.latest());
    }
    var ends = admin.listOffsets(latest).all().get();
    var committed =
        admin.listConsumerGroupOffsets("cost-calculator").partitionsToOffsetAndMetadata().get();
    return ends.entrySet().stream()
        .allMatch(
            end -> {
              var offset = committed.get(end.getKey());
              return end.getValue().offset() == (offset == null ? 0 : offset.offset());
            });
  }

  private long counted(String name, @Nullable String tag, @Nullable String value) {
    var search =
        calculator.context().getBean(MeterRegistry.class).find("llmcost.calculator." + name);
    if (tag != null && value != null) {
      search.tag(tag, value);
    }
    return (long) search.counters().stream().mapToDouble(Counter::count).sum();
  }

  private static LlmRequestCompleted event(String id, String model, long input, long output) {
    return LlmRequestCompleted.newBuilder()
        .setEventId(id)
        .setOccurredAt(AT)
        .setSource("listener-it")
        .setProject("checkout")
        .setProvider("openai")
        .setModel(model)
        .setStatus(Statuses.SUCCEEDED)
        .setUsage(List.of(Meters.item(Meters.INPUT, input), Meters.item(Meters.OUTPUT, output)))
        .build();
  }

  private byte[] bytes(LlmRequestCompleted event) {
    return serializer.serialize(Topics.COMPLETED, event);
  }

  private void send(String key, byte @Nullable [] value) {
    var _ =
        producer.send(
            new ProducerRecord<>(Topics.COMPLETED, key.getBytes(StandardCharsets.UTF_8), value));
  }

  /** Reads a topic from its beginning until {@code keys} have all come. */
  private List<ConsumerRecord<byte[], byte[]>> read(String topic, Set<String> keys) {
    Set<String> missing = new HashSet<>(keys);
    List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
    try (var consumer =
        new KafkaConsumer<>(kafka, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Instant deadline = Instant.now().plusSeconds(60);
      while (!missing.isEmpty() && Instant.now().isBefore(deadline)) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
          String key = new String(record.key(), StandardCharsets.UTF_8);
          missing.remove(key);
          if (keys.contains(key)) {
            found.add(record);
          }
        }
      }
    }
    assertThat(missing).as("not found in %s", topic).isEmpty();
    return found;
  }

  private List<LlmRequestCosted> costed(Set<String> ids) {
    @SuppressWarnings("unchecked")
    Deserializer<LlmRequestCosted> deserializer =
        (Deserializer<LlmRequestCosted>)
            configured("io.apicurio.registry.serde.avro.AvroKafkaDeserializer", Deserializer.class);
    return read(Topics.COSTED, ids).stream()
        .map(record -> deserializer.deserialize(Topics.COSTED, record.value()))
        .toList();
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
  }

  private static String newId() {
    return EventIds.derive(AT, "listener-it", UUID.randomUUID().toString()).toString();
  }

  @Test
  void aLargeMixEndsToTheLastDigitAndEveryRecordIsAccountedFor() {
    Set<String> good = new HashSet<>();
    Map<String, byte[]> undecodable = new HashMap<>();
    Map<String, byte[]> invalid = new HashMap<>();
    BigDecimal expected = BigDecimal.ZERO;
    for (int i = 0; i < 8_819; i++) {
      String id = newId();
      if (i % 1_000 == 7) {
        byte[] bytes = ("no avro " + i).getBytes(StandardCharsets.UTF_8);
        undecodable.put(id, bytes);
        send(id, bytes);
      } else if (i % 1_000 == 8) {
        byte[] whole = bytes(event(id, "gpt-4", 10, 10));
        byte[] truncated = java.util.Arrays.copyOf(whole, whole.length - 9);
        undecodable.put(id, truncated);
        send(id, truncated);
      } else if (i % 500 == 9) {
        LlmRequestCompleted wrong = event(id, "gpt-4", 10, 10);
        wrong.setStatus("maybe");
        invalid.put(id, bytes(wrong));
        send(id, bytes(wrong));
      } else {
        int input = i * 7 % 9_973;
        int output = i * 13 % 1_009 + 1;
        good.add(id);
        send(id, bytes(event(id, "gpt-4", input, output)));
        expected =
            expected.add(
                new BigDecimal("30")
                    .multiply(BigDecimal.valueOf(input))
                    .add(new BigDecimal("60").multiply(BigDecimal.valueOf(output))));
      }
    }
    producer.flush();

    List<LlmRequestCosted> events = costed(good);
    assertThat(events).hasSize(good.size());
    assertThat(
            events.stream()
                .map(LlmRequestCosted::getTotalCost)
                .reduce(BigDecimal.ZERO, BigDecimal::add))
        .isEqualByComparingTo(expected.movePointLeft(6));
    assertThat(events)
        .allSatisfy(
            event -> {
              assertThat(event.getCostStatus()).isEqualTo(CostStatuses.PRICED);
              assertThat(event.getCompletionDigest())
                  .isEqualTo(CompletionDigests.of(event.getCompleted()));
            });

    Map<String, byte[]> refused = new HashMap<>(undecodable);
    refused.putAll(invalid);
    List<ConsumerRecord<byte[], byte[]>> letters =
        read(Topics.deadLetter(Topics.COMPLETED), refused.keySet());
    assertThat(letters).hasSize(refused.size());
    for (ConsumerRecord<byte[], byte[]> letter : letters) {
      String id = new String(letter.key(), StandardCharsets.UTF_8);
      assertThat(letter.value()).isEqualTo(refused.get(id));
      assertThat(header(letter, DeadLetterHeaders.CAUSE))
          .isEqualTo(
              (invalid.containsKey(id)
                      ? DeadLetterCause.INVALID_EVENT
                      : DeadLetterCause.UNDECODABLE)
                  .name());
    }
    assertThat(letters)
        .filteredOn(letter -> header(letter, DeadLetterHeaders.CAUSE).equals("INVALID_EVENT"))
        .allSatisfy(
            letter ->
                assertThat(header(letter, DeadLetterHeaders.EXCEPTION_MESSAGE))
                    .contains("status", "maybe"));

    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(since("received")).isEqualTo(8_819));
    assertThat(since("costed")).isEqualTo(good.size());
    assertThat(since("dead.lettered")).isEqualTo(refused.size());
    assertThat(since("received")).isEqualTo(since("costed") + since("dead.lettered"));
  }

  private long since(String name) {
    return counted(name, null, null) - before.getOrDefault(name, 0L);
  }

  @Test
  void aCostedEventIsKeyedByItsV7IdAndSaysInItsHeadersWhoseItIs() {
    String foreign = "row-" + UUID.randomUUID();
    String id = EventIds.derive(AT, "listener-it", foreign).toString();
    send("a key of the producer's own", bytes(event(foreign, "gpt-4", 1, 1)));
    producer.flush();
    ConsumerRecord<byte[], byte[]> record = read(Topics.COSTED, Set.of(id)).getFirst();
    assertThat(header(record, EventHeaders.PROJECT)).isEqualTo("checkout");
    assertThat(header(record, EventHeaders.PROVIDER)).isEqualTo("openai");
    assertThat(header(record, EventHeaders.MODEL)).isEqualTo("gpt-4");
    assertThat(header(record, EventHeaders.SOURCE)).isEqualTo("listener-it");
    assertThat(costed(Set.of(id)).getFirst().getCompleted().getExternalId()).isEqualTo(foreign);
  }

  @Test
  void aRecordWithoutAValueIsADeadLetter() {
    String key = newId();
    send(key, null);
    producer.flush();
    ConsumerRecord<byte[], byte[]> letter =
        read(Topics.deadLetter(Topics.COMPLETED), Set.of(key)).getFirst();
    assertThat(letter.value()).isNull();
    assertThat(header(letter, DeadLetterHeaders.CAUSE)).isEqualTo("UNDECODABLE");
  }

  @Test
  void aNewPriceIsUsedForWhatComesAfterIt() {
    String model = "it-" + UUID.randomUUID();
    String first = newId();
    send(first, bytes(event(first, model, 1_000_000, 0)));
    producer.flush();
    assertThat(costed(Set.of(first)).getFirst().getCostStatus()).isEqualTo(CostStatuses.FALLBACK);
    Answer answer =
        calculator.post(
            "/v1/prices",
            PRICE_ADMIN,
            """
            {"provider": "openai", "model": "%s", "meter": "input", "unit_price": "4",
             "unit": 1000000, "effective_from": "2023-01-01"}\
            """
                .formatted(model));
    long version = answer.json().path("price_book_version").asLong();
    await()
        .atMost(Duration.ofSeconds(5))
        .until(
            () ->
                calculator
                        .get("/actuator/health", "")
                        .json()
                        .path("components")
                        .path("priceBook")
                        .path("details")
                        .path("version")
                        .asLong()
                    >= version);
    String second = newId();
    send(second, bytes(event(second, model, 1_000_000, 0)));
    producer.flush();
    LlmRequestCosted event = costed(Set.of(second)).getFirst();
    assertThat(event.getTotalCost()).isEqualByComparingTo("4");
    assertThat(event.getPriceBookVersion()).isGreaterThanOrEqualTo(version);
    assertThat(event.getLineItems().getFirst().getPriceId())
        .isEqualTo(answer.json().path("added").get(0).path("id").asString());
  }

  @Test
  void aDryRunSaysWhatWouldBecomeOfTheBytes() {
    String id = newId();
    Answer costed =
        calculator.post("/v1/pricings/dry-run", READER, bytes(event(id, "gpt-4", 1_000, 500)));
    assertThat(costed.status()).isEqualTo(200);
    assertThat(costed.text("outcome")).isEqualTo("costed");
    assertThat(costed.text("event_id")).isEqualTo(id);
    assertThat(costed.json().path("cost").path("total").asString()).isEqualTo("0.06");
    assertThat(costed.json().path("line_items").get(0).path("unit_price").asString())
        .isEqualTo("30");
    assertThat(costed.text("completion_digest"))
        .isEqualTo(
            HexFormat.of().formatHex(CompletionDigests.of(event(id, "gpt-4", 1_000, 500)).bytes()));
    byte[] value = Base64.getDecoder().decode(costed.text("costed_value"));
    assertThat(value[0]).isZero();
    assertThat(value).hasSizeGreaterThan(100);
    Answer nothing = calculator.post("/v1/pricings/dry-run", READER, new byte[0]);
    assertThat(nothing.text("cause")).isEqualTo("UNDECODABLE");

    Answer garbage =
        calculator.post("/v1/pricings/dry-run", READER, "no avro".getBytes(StandardCharsets.UTF_8));
    assertThat(garbage.text("outcome")).isEqualTo("dead_letter");
    assertThat(garbage.text("cause")).isEqualTo("UNDECODABLE");

    LlmRequestCompleted invalid = event(newId(), "gpt-4", 1, 1);
    invalid.setUsage(List.of(item("input", "-1")));
    Answer refused = calculator.post("/v1/pricings/dry-run", READER, bytes(invalid));
    assertThat(refused.text("cause")).isEqualTo("INVALID_EVENT");
    assertThat(refused.text("reason")).contains("usage[0].quantity");
    assertThat(calculator.post("/v1/pricings/dry-run", "", new byte[] {0}).status()).isEqualTo(401);
  }
}
