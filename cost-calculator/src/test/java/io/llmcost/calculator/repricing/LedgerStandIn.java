package io.llmcost.calculator.repricing;

import io.llmcost.calculator.CalculatorFixture;
import io.llmcost.chassis.kafka.SchemaRegistrySettings;
import io.llmcost.localstack.Backends;
import io.llmcost.schemas.CompletionDigests;
import io.llmcost.schemas.EventIds;
import io.llmcost.schemas.EventSchemas;
import io.llmcost.schemas.LlmRequestCompleted;
import io.llmcost.schemas.LlmRequestCosted;
import io.llmcost.schemas.Meters;
import io.llmcost.schemas.Topics;
import io.llmcost.schemas.UsageItem;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.utils.Utils;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * The recorder's tables, made by its own migrations, with rows as it writes them; no recorder reads
 * what the calculator sends, but the test itself.
 */
final class LedgerStandIn {
  private static final Path MIGRATIONS =
      Path.of("../cost-recorder/src/main/resources/db/migration/ledger");

  final JdbcClient sql;

  LedgerStandIn(CalculatorFixture calculator) {
    try (Connection connection = calculator.connect();
        Statement statement = connection.createStatement();
        Stream<Path> files = Files.list(MIGRATIONS)) {
      statement.execute("create schema if not exists ledger");
      statement.execute("set search_path to ledger");
      for (Path file : files.sorted().toList()) {
        statement.execute(Files.readString(file));
      }
      statement.execute(
          "create table cost_entry_all partition of cost_entry for values from (minvalue) to"
              + " (maxvalue)");
    } catch (IOException | SQLException e) {
      throw new AssertionError(e);
    }
    this.sql =
        JdbcClient.create(
            new DriverManagerDataSource(calculator.databaseUrl() + "&currentSchema=ledger"));
  }

  /** Records an event of {@code model} that cost {@code total}, by a price of an input token. */
  UUID record(String model, Instant at, long input, String total) {
    UUID id = EventIds.derive(at, "test", UUID.randomUUID().toString());
    UsageItem item = Meters.item(Meters.INPUT, input);
    var completed =
        LlmRequestCompleted.newBuilder()
            .setEventId(id.toString())
            .setOccurredAt(at)
            .setSource("test")
            .setProvider("openai")
            .setModel(model)
            .setStatus("succeeded")
            .setUsage(List.of(item))
            .build();
    sql.sql(
            """
            insert into cost_entry (event_id, revision, recorded_at, occurred_at, source, project,
              provider, operation, model, billed_model, request_type, user_id, tags, status,
              streamed, usage_source, usage_inconsistent, completion_digest, requests,
              fallback_requests, unpriced_requests, prompt_tokens, completion_tokens,
              price_book_version, cost_status, currency, total_cost, prompt_cost, completion_cost,
              line_items)
            values (:id, 0, now(), :at, 'test', '', 'openai', 'chat', :model, :model, '', '',
              '{"team": "a \\"b\\""}', 'succeeded', false, 'provider', false, :digest, 1, 0, 0,
              :input, 0, 1, 'PRICED', 'USD', :total, :total, 0,
              jsonb_build_array(jsonb_build_object('meter', 'input', 'quantity', :quantity,
                'status', 'PRICED', 'amount', :total::text)))
            """)
        .param("id", id)
        .param("at", RepricingQueue.utc(at))
        .param("model", model)
        .param("digest", CompletionDigests.of(completed).bytes())
        .param("input", input)
        .param("total", new BigDecimal(total))
        .param("quantity", Long.toString(input))
        .update();
    return id;
  }

  /** Does what the recorder does with a target: adds the difference as the next revision. */
  void take(LlmRequestCosted target) {
    sql.sql(
            """
            insert into cost_entry
            select (jsonb_populate_record(o, jsonb_build_object('revision', (
              select max(revision) + 1 from cost_entry where event_id = o.event_id),
              'repricing_id', :repricing, 'total_cost', :total::numeric - (
                select sum(total_cost) from cost_entry where event_id = o.event_id),
              'prompt_cost', :total::numeric - (
                select sum(prompt_cost) from cost_entry where event_id = o.event_id),
              'requests', 0, 'prompt_tokens', 0))).*
            from cost_entry o where event_id = :id and revision = 0
            on conflict do nothing
            """)
        .param("repricing", target.getRepricingId())
        .param("total", target.getTotalCost())
        .param("id", UUID.fromString(target.getCompleted().getEventId()))
        .update();
  }

  /** Says that everything in Kafka is in the ledger. */
  void isThrough() {
    sql.sql(
            """
            insert into ledger_offset (topic_id, partition, topic, next_offset, complete_through)
            values ('00000000-0000-0000-0000-000000000001', 0, 'llm.request.costed', 0,
              now() + interval '1 minute')
            on conflict (topic_id, partition) do update set
              complete_through = excluded.complete_through
            """)
        .update();
  }

  BigDecimal sumOf(String model) {
    return sql.sql("select sum(total_cost) from cost_entry where billed_model = :model")
        .param("model", model)
        .query(BigDecimal.class)
        .single();
  }

  /** Returns the targets that the topic holds of a repricing. */
  @SuppressWarnings("unchecked")
  static List<LlmRequestCosted> sent(String repricingId) {
    EventSchemas.trust();
    Map<String, Object> settings =
        new HashMap<>(Map.of("bootstrap.servers", Backends.shared().bootstrapServers()));
    Deserializer<LlmRequestCosted> decoder;
    try {
      decoder =
          (Deserializer<LlmRequestCosted>)
              Utils.newInstance(
                  Class.forName("io.apicurio.registry.serde.avro.AvroKafkaDeserializer")
                      .asSubclass(Deserializer.class));
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
    decoder.configure(
        new SchemaRegistrySettings(
                URI.create(Backends.shared().schemaRegistryUrl()), Duration.ofDays(1))
            .serdeProperties(),
        false);
    List<LlmRequestCosted> sent = new ArrayList<>();
    try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), decoder)) {
      List<TopicPartition> partitions =
          IntStream.range(0, Topics.PARTITIONS)
              .mapToObj(p -> new TopicPartition(Topics.COSTED, p))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      long end = consumer.endOffsets(partitions).values().stream().mapToLong(Long::longValue).sum();
      while (partitions.stream().mapToLong(consumer::position).sum() < end) {
        for (ConsumerRecord<String, LlmRequestCosted> record :
            consumer.poll(Duration.ofMillis(100))) {
          if (repricingId.equals(record.value().getRepricingId())) {
            sent.add(record.value());
          }
        }
      }
    }
    return sent;
  }
}
