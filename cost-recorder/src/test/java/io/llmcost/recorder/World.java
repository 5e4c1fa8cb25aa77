package io.llmcost.recorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apicurio.registry.serde.avro.AvroKafkaSerializer;
import io.llmcost.localstack.Backends;
import io.llmcost.schemas.EventHeaders;
import io.llmcost.schemas.EventSchemas;
import io.llmcost.schemas.LlmRequestCosted;
import io.llmcost.schemas.Topics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** Real Kafka, registry and PostgreSQL for one test: empty topics, an empty database, recorders. */
public final class World implements AutoCloseable {
  private static final Backends BACKENDS = Backends.shared();
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final int LARGEST_RECORD = 16 << 20;

  private final Admin admin;
  private final Producer<byte[], byte[]> producer;
  private final Serializer<Object> serializer;
  private final List<ConfigurableApplicationContext> recorders = new ArrayList<>();
  private final String database;

  public World() {
    this.admin = Admin.create(Map.of("bootstrap.servers", BACKENDS.bootstrapServers()));
    recreateTopics();
    this.database = BACKENDS.newDatabase();
    this.producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                BACKENDS.bootstrapServers(),
                "key.serializer",
                ByteArraySerializer.class.getName(),
                "value.serializer",
                ByteArraySerializer.class.getName(),
                "linger.ms",
                20,
                "max.request.size",
                LARGEST_RECORD));
    this.serializer = serializer();
  }

  // ---- parts ----

  public String database() {
    return database;
  }

  /** The database's URL with another port in it. */
  public String databaseThrough(CutProxy proxy) {
    return database.replaceFirst(":\\d+/", ":" + proxy.port() + "/");
  }

  public static int portOf(String url) {
    return Integer.parseInt(url.replaceFirst(".*:(\\d+)/.*", "$1"));
  }

  public static String registryUrl() {
    return BACKENDS.schemaRegistryUrl();
  }

  public ConfigurableApplicationContext start(String... settings) {
    // A setting that is given twice is a list of two.
    List<String> all = new ArrayList<>(settings("--"));
    for (String setting : settings) {
      String name = setting.substring(0, setting.indexOf('=') + 1);
      all.removeIf(given -> given.startsWith(name));
      all.add(setting);
    }
    ConfigurableApplicationContext recorder =
        new SpringApplicationBuilder(Application.class)
            .registerShutdownHook(false)
            .run(all.toArray(String[]::new));
    recorders.add(recorder);
    return recorder;
  }

  /** Every setting that a recorder of this world needs. */
  public List<String> settings(String prefix) {
    return Stream.of(
            "server.port=0",
            "spring.datasource.url=" + database,
            "spring.kafka.bootstrap-servers=" + BACKENDS.bootstrapServers(),
            "llmcost.schema-registry.url=" + BACKENDS.schemaRegistryUrl(),
            "llmcost.security.tokens.reader=" + Tokens.hash(Tokens.READER),
            "llmcost.security.tokens.operator=olga=" + Tokens.hash(Tokens.OPERATOR),
            "llmcost.last-resort.directory=target/last-resort/" + UUID.randomUUID(),
            "llmcost.last-resort.first-probe=1s",
            "llmcost.recorder.idle-beat=500ms",
            "llmcost.recorder.retry.longest=1s",
            "logging.level.root=WARN")
        .map(setting -> prefix + setting)
        .toList();
  }

  public static int port(ConfigurableApplicationContext recorder) {
    return recorder.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
  }

  // ---- what is sent ----

  public void send(List<Costed> events) {
    events.forEach(event -> send(event.event()));
    producer.flush();
  }

  public void send(Costed... events) {
    send(List.of(events));
  }

  public void send(LlmRequestCosted event) {
    Headers headers = new RecordHeaders();
    EventHeaders.of(event.getCompleted())
        .forEach((name, value) -> headers.add(name, value.getBytes(StandardCharsets.UTF_8)));
    String id = event.getCompleted().getEventId();
    sendTo(Topics.COSTED, id, serializer.serialize(Topics.COSTED, headers, event), headers);
  }

  public byte[] serialize(LlmRequestCosted event) {
    return serializer.serialize(Topics.COSTED, new RecordHeaders(), event);
  }

  public void sendTo(String topic, String key, byte @Nullable [] value, Headers headers) {
    var unused =
        producer.send(
            new ProducerRecord<>(
                topic, null, null, key.getBytes(StandardCharsets.UTF_8), value, headers),
            (metadata, error) -> {
              if (error != null) {
                throw new AssertionError(error);
              }
            });
    producer.flush();
  }

  // ---- what became of it ----

  /** Everything that {@code topic} holds, in order within its partitions. */
  public List<ConsumerRecord<byte[], byte[]>> read(String topic) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (var consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", BACKENDS.bootstrapServers()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          IntStream.range(0, Topics.PARTITIONS)
              .mapToObj(p -> new TopicPartition(topic, p))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      long end = consumer.endOffsets(partitions).values().stream().mapToLong(Long::longValue).sum();
      while (partitions.stream().mapToLong(consumer::position).sum() < end) {
        consumer.poll(Duration.ofMillis(100)).forEach(records::add);
      }
    }
    return records;
  }

  public JdbcClient sql() {
    var dataSource = new DriverManagerDataSource(database + "&currentSchema=ledger");
    return JdbcClient.create(dataSource);
  }

  public long count(String query) {
    Long count = sql().sql(query).query(Long.class).single();
    return count == null ? 0 : count;
  }

  public long received() {
    return count(
        "select coalesce(sum(received), 0) from ledger_offset where topic = 'llm.request.costed'");
  }

  public void awaitReceived(long records) {
    await()
        .atMost(LONG)
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(received()).isGreaterThanOrEqualTo(records));
  }

  /** The equations of the ledger: outcomes, rollups, and what the tests know of the events. */
  public void assertExact(List<Costed> recorded) {
    BigDecimal total =
        recorded.stream().map(Costed::total).reduce(BigDecimal.ZERO, BigDecimal::add);
    assertThat(count("select count(*) from cost_entry where revision = 0"))
        .isEqualTo(recorded.size());
    assertThat(sum("select coalesce(sum(total_cost), 0) from cost_entry"))
        .isEqualByComparingTo(total);
    assertRollupsEqualTheLedger();
    assertThat(
            count(
                """
                select count(*) from ledger_offset where lost <> 0 or
                received <> recorded + already_recorded + unchanged + dead_lettered
                """))
        .isZero();
    assertThat(count("select sum(recorded) from ledger_offset where topic = 'llm.request.costed'"))
        .isEqualTo(count("select count(*) from cost_entry"));
  }

  public void assertRollupsEqualTheLedger() {
    String sums =
        """
        select count(*) from (
          select project, provider, %s as model, operation, request_type, currency,
            to_timestamp(floor(extract(epoch from %s) / 900) * 900) as bucket,
            sum(requests) as requests, sum(fallback_requests) as fallback_requests,
            sum(unpriced_requests) as unpriced_requests, sum(prompt_tokens) as prompt_tokens,
            sum(completion_tokens) as completion_tokens, sum(total_cost) as total_cost,
            sum(prompt_cost) as prompt_cost, sum(completion_cost) as completion_cost,
            sum(%s) as succeeded
          from %s group by 1, 2, 3, 4, 5, 6, 7)
        """;
    String ledger =
        sums.formatted(
            "billed_model",
            "occurred_at",
            "case when status = 'succeeded' then requests else 0 end",
            "cost_entry");
    String rollups = sums.formatted("model", "bucket_start", "succeeded", "cost_rollup");
    String rows = "select count(*) from (";
    String difference =
        "select count(*) from ((%s except %s) union all (%s except %s))"
            .formatted(
                inner(ledger, rows),
                inner(rollups, rows),
                inner(rollups, rows),
                inner(ledger, rows));
    assertThat(count(difference)).isZero();
  }

  private static String inner(String query, String around) {
    String trimmed = query.strip();
    return trimmed.substring(around.length(), trimmed.length() - 1);
  }

  public BigDecimal sum(String query) {
    BigDecimal sum = sql().sql(query).query(BigDecimal.class).single();
    return sum == null ? BigDecimal.ZERO : sum;
  }

  /** What tools that watch the consumer group see. */
  public Map<TopicPartition, Long> committed(String group) {
    try {
      Map<TopicPartition, Long> committed = new HashMap<>();
      admin
          .listConsumerGroupOffsets(group)
          .partitionsToOffsetAndMetadata()
          .get()
          .forEach((partition, offset) -> committed.put(partition, offset.offset()));
      return committed;
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError(e);
    }
  }

  public long committedSum(String group) {
    return committed(group).values().stream().mapToLong(Long::longValue).sum();
  }

  /** Forgets what the group committed, as a crash before that commit would have. */
  public void forgetCommitted(String group) {
    Map<TopicPartition, OffsetAndMetadata> zero = new HashMap<>();
    IntStream.range(0, Topics.PARTITIONS)
        .forEach(p -> zero.put(new TopicPartition(Topics.COSTED, p), new OffsetAndMetadata(0)));
    // Kafka refuses it while the group has a member, and one leaves a moment after it was closed.
    await().atMost(Duration.ofSeconds(30)).until(() -> members(group).isEmpty());
    try {
      admin.alterConsumerGroupOffsets(group, zero).all().get();
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError(e);
    }
  }

  public Set<String> members(String group) {
    try {
      Set<String> members = new HashSet<>();
      admin
          .describeConsumerGroups(List.of(group))
          .all()
          .get()
          .values()
          .forEach(
              described -> described.members().forEach(member -> members.add(member.consumerId())));
      return members;
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError(e);
    }
  }

  /** Deletes the pipeline's topics, whatever they hold, and makes them anew. */
  public void recreateTopics() {
    List<String> names = Topics.all().stream().map(Topics.Topic::name).toList();
    try {
      Set<String> existing = admin.listTopics().names().get();
      admin.deleteTopics(names.stream().filter(existing::contains).toList()).all().get();
      await()
          .atMost(LONG)
          .pollInterval(Duration.ofMillis(200))
          .ignoreExceptions()
          .until(
              () -> {
                admin.createTopics(Topics.all().stream().map(World::newTopic).toList()).all().get();
                return true;
              });
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError(e);
    }
  }

  /** Sets the largest record that {@code topic} takes, as an operator would. */
  public void limit(String topic, int bytes) {
    try {
      admin
          .incrementalAlterConfigs(
              Map.of(
                  new ConfigResource(ConfigResource.Type.TOPIC, topic),
                  List.of(
                      new AlterConfigOp(
                          new ConfigEntry("max.message.bytes", Integer.toString(bytes)),
                          AlterConfigOp.OpType.SET))))
          .all()
          .get();
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError(e);
    }
  }

  /** Returns {@code event} as a producer with a newer schema writes it: with one field more. */
  public byte[] serializeNewer(LlmRequestCosted event) {
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
      new SpecificDatumWriter<LlmRequestCosted>(known).write(event, encoder);
      encoder.writeIndex(1);
      encoder.writeString("something");
      encoder.flush();
      GenericRecord record =
          new GenericDatumReader<GenericRecord>(newer)
              .read(null, DecoderFactory.get().binaryDecoder(bytes.toByteArray(), null));
      // Under a subject of its own: the ids, which are all that readers see, are the registry's.
      return serializer.serialize("newer." + Topics.COSTED, new RecordHeaders(), record);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static NewTopic newTopic(Topics.Topic topic) {
    return new NewTopic(topic.name(), topic.partitions(), (short) 1).configs(topic.config());
  }

  private static Serializer<Object> serializer() {
    EventSchemas.trust();
    Serializer<Object> made = new AvroKafkaSerializer<>();
    made.configure(
        Map.of(
            "apicurio.registry.url",
            BACKENDS.schemaRegistryUrl(),
            "apicurio.registry.auto-register",
            true),
        false);
    return made;
  }

  public void stopRecorders() {
    recorders.forEach(ConfigurableApplicationContext::close);
    recorders.clear();
  }

  @Override
  public void close() {
    stopRecorders();
    producer.close();
    serializer.close();
    admin.close();
  }
}
