package io.llmcost.calculator.completion;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.llmcost.calculator.CalculatorFixture;
import io.llmcost.chassis.kafka.DeadLetterHeaders;
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
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.avro.JsonProperties;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.kafka.config.KafkaListenerEndpointRegistry;

/** The matrix of bad input at the calculator's hop: each record has its end, none stops others. */
class BadInputIT {

  private static final int FIVE_MB = 5 << 20;
  private static final String COSTED = "costed";

  /**
   * A row of the matrix.
   *
   * @param key of the record, and so of its dead letter or, an event id, of its costed event
   * @param end a dead letter's cause, or {@link #COSTED}
   */
  @SuppressWarnings("ArrayRecordComponent") // Compared by hand.
  private record Bad(String name, String key, byte @Nullable [] value, String end) {}

  private final Map<String, Object> kafka =
      Map.of(
          "bootstrap.servers", Backends.shared().bootstrapServers(), "max.request.size", 16 << 20);
  private final KafkaProducer<byte[], byte[]> producer =
      new KafkaProducer<>(kafka, new ByteArraySerializer(), new ByteArraySerializer());
  private final Serializer<Object> serializer = serializer();

  @AfterEach
  void close() {
    producer.close();
    serializer.close();
  }

  private List<Bad> matrix() {
    Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
    byte[] bytes = bytes(event(now));
    byte[] unknownSchema = bytes.clone();
    Arrays.fill(unknownSchema, 1, 5, (byte) 0x7e);
    LlmRequestCompleted negative = event(now);
    negative.getUsage().getFirst().setQuantity(new BigDecimal("-1.000000000"));
    LlmRequestCompleted known = event(now);
    LlmRequestCompleted otherUsage = LlmRequestCompleted.newBuilder(known).build();
    otherUsage.setUsage(List.of(Meters.item(Meters.INPUT, 99)));
    LlmRequestCompleted newer = event(now);
    return List.of(
        bad("random bytes", random(200), "UNDECODABLE"),
        bad("random bytes behind a magic byte", behindMagic(random(200)), "UNDECODABLE"),
        bad("truncated", Arrays.copyOf(bytes, bytes.length - 9), "UNDECODABLE"),
        bad("cut to its header", Arrays.copyOf(bytes, 5), "UNDECODABLE"),
        bad("unknown schema id", unknownSchema, "UNDECODABLE"),
        bad("null", null, "UNDECODABLE"),
        bad("empty", new byte[0], "UNDECODABLE"),
        bad("5 MB", random(FIVE_MB), "UNDECODABLE"),
        bad("negative quantity", bytes(negative), "INVALID_EVENT"),
        bad("of 1970", bytes(event(Instant.parse("1970-01-01T00:00:01Z"))), "INVALID_EVENT"),
        bad("of next year", bytes(event(now.plus(Duration.ofDays(366)))), "INVALID_EVENT"),
        // The same id with another usage is the ledger's to refuse: both are priced.
        new Bad("an event", known.getEventId(), bytes(known), COSTED),
        new Bad("its id, other usage", known.getEventId(), bytes(otherUsage), COSTED),
        new Bad("of a newer schema", newer.getEventId(), newerBytes(newer), COSTED));
  }

  @Test
  void eachHasItsEndAndItsMetricAndNoneStopsTheFlow() throws Exception {
    widenTheSource();
    List<Bad> matrix = matrix();
    try (ConfigurableApplicationContext calculator =
        CalculatorFixture.start(
            Backends.shared().newDatabase(),
            Map.of(
                "spring.kafka.consumer.group-id",
                "bad-input-" + UUID.randomUUID(),
                // Other tests' records are none of this one's.
                "spring.kafka.consumer.auto-offset-reset",
                "latest"))) {
      awaitAssignment(calculator);
      Set<String> neighbours = new HashSet<>();
      for (Bad bad : matrix) {
        send(bad.key(), bad.value());
        LlmRequestCompleted neighbour = event(Instant.now().truncatedTo(ChronoUnit.MICROS));
        neighbours.add(neighbour.getEventId());
        send(neighbour.getEventId(), bytes(neighbour));
      }
      producer.flush();

      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> counted(calculator, "received", null) >= 2L * matrix.size());
      assertThat(counted(calculator, "received", null))
          .isEqualTo(
              counted(calculator, "costed", null) + counted(calculator, "dead.lettered", null));
      List<Bad> letters = matrix.stream().filter(bad -> !bad.end().equals(COSTED)).toList();
      letters.stream()
          .collect(Collectors.groupingBy(Bad::end, Collectors.counting()))
          .forEach(
              (cause, count) ->
                  assertThat(counted(calculator, "dead.lettered", cause.toLowerCase(Locale.ROOT)))
                      .as(cause)
                      .isEqualTo(count));
      assertThat(lastResort(calculator)).isEqualTo(Status.UP);

      Map<String, ConsumerRecord<byte[], byte[]>> found =
          read(
              Topics.deadLetter(Topics.COMPLETED),
              letters.stream().map(Bad::key).collect(Collectors.toSet()));
      for (Bad bad : letters) {
        ConsumerRecord<byte[], byte[]> letter = found.get(bad.key());
        assertThat(letter).as(bad.name()).isNotNull();
        if (letter != null) {
          assertThat(letter.value()).as(bad.name()).isEqualTo(bad.value());
          assertThat(header(letter, DeadLetterHeaders.CAUSE)).as(bad.name()).isEqualTo(bad.end());
        }
      }
      Set<String> costed =
          matrix.stream()
              .filter(bad -> bad.end().equals(COSTED))
              .map(Bad::key)
              .collect(Collectors.toSet());
      costed.addAll(neighbours);
      assertThat(read(Topics.COSTED, costed)).hasSameSizeAs(costed);
    }
  }

  private static Bad bad(String name, byte @Nullable [] value, String end) {
    return new Bad(name, name + " " + UUID.randomUUID(), value, end);
  }

  private static Status lastResort(ConfigurableApplicationContext calculator) {
    Health health = calculator.getBean("lastResortHealthIndicator", HealthIndicator.class).health();
    return Objects.requireNonNull(health).getStatus();
  }

  private static LlmRequestCompleted event(Instant at) {
    return LlmRequestCompleted.newBuilder()
        .setEventId(EventIds.derive(at, "bad-input-it", UUID.randomUUID().toString()).toString())
        .setOccurredAt(at)
        .setSource("bad-input-it")
        .setProvider("openai")
        .setModel("gpt-4")
        .setStatus(Statuses.SUCCEEDED)
        .setUsage(List.of(Meters.item(Meters.INPUT, 7)))
        .build();
  }

  private byte[] bytes(LlmRequestCompleted event) {
    return serializer.serialize(Topics.COMPLETED, new RecordHeaders(), event);
  }

  /** As a producer with a newer schema writes it: with one field more. */
  private byte[] newerBytes(LlmRequestCompleted event) {
    Schema known = event.getSchema();
    List<Schema.Field> fields = new ArrayList<>();
    known.getFields().forEach(field -> fields.add(new Schema.Field(field, field.schema())));
    fields.add(
        new Schema.Field(
            "added_later",
            Schema.createUnion(Schema.create(Schema.Type.NULL), Schema.create(Schema.Type.STRING)),
            "of a later release",
            JsonProperties.NULL_VALUE));
    Schema newer =
        Schema.createRecord(known.getName(), known.getDoc(), known.getNamespace(), false, fields);
    try {
      // Through bytes, since a specific record's own conversions are not a generic record's.
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
      new SpecificDatumWriter<LlmRequestCompleted>(known).write(event, encoder);
      encoder.writeIndex(1);
      encoder.writeString("something");
      encoder.flush();
      GenericRecord record =
          new GenericDatumReader<GenericRecord>(newer)
              .read(null, DecoderFactory.get().binaryDecoder(bytes.toByteArray(), null));
      // Under a subject of its own: the ids, which are all that readers see, are the registry's.
      return serializer.serialize("newer." + Topics.COMPLETED, new RecordHeaders(), record);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void send(String key, byte @Nullable [] value) {
    var _ = producer.send(new ProducerRecord<>(Topics.COMPLETED, key.getBytes(UTF_8), value));
  }

  private static long counted(
      ConfigurableApplicationContext calculator, String name, @Nullable String cause) {
    var search = calculator.getBean(MeterRegistry.class).find("llmcost.calculator." + name);
    if (cause != null) {
      search.tag("cause", cause);
    }
    return (long) search.counters().stream().mapToDouble(Counter::count).sum();
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null ? "" : new String(header.value(), UTF_8);
  }

  /** Reads a topic from its beginning until {@code keys} have all come, by key. */
  private Map<String, ConsumerRecord<byte[], byte[]>> read(String topic, Set<String> keys) {
    Map<String, ConsumerRecord<byte[], byte[]>> found = new HashMap<>();
    try (var consumer =
        new KafkaConsumer<>(kafka, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Instant deadline = Instant.now().plusSeconds(60);
      while (found.size() < keys.size() && Instant.now().isBefore(deadline)) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
          String key = record.key() == null ? "" : new String(record.key(), UTF_8);
          if (keys.contains(key)) {
            found.put(key, record);
          }
        }
      }
    }
    return found;
  }

  private static void widenTheSource() throws Exception {
    CalculatorFixture.shared(); // Whose start makes the topics.

    try (Admin admin =
        Admin.create(Map.of("bootstrap.servers", Backends.shared().bootstrapServers()))) {
      admin
          .incrementalAlterConfigs(
              Map.of(
                  new ConfigResource(ConfigResource.Type.TOPIC, Topics.COMPLETED),
                  List.of(
                      new AlterConfigOp(
                          new ConfigEntry(
                              "max.message.bytes", Integer.toString(FIVE_MB + (1 << 20))),
                          AlterConfigOp.OpType.SET))))
          .all()
          .get();
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

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    bytes[0] = 7;
    return bytes;
  }

  private static byte[] behindMagic(byte[] bytes) {
    bytes[0] = 0;
    return bytes;
  }

  @SuppressWarnings("unchecked")
  private static Serializer<Object> serializer() {
    EventSchemas.trust();
    try {
      Serializer<Object> made =
          (Serializer<Object>)
              Utils.newInstance(
                  Class.forName("io.apicurio.registry.serde.avro.AvroKafkaSerializer")
                      .asSubclass(Serializer.class));
      made.configure(
          new SchemaRegistrySettings(
                  URI.create(Backends.shared().schemaRegistryUrl()), Duration.ofDays(1))
              .serdeProperties(),
          false);
      return made;
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }
}
