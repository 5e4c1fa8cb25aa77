package io.llmcost.localstack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class BackendsIT {
  private static final Backends BACKENDS = Backends.shared();
  private static final String NAME = "it-" + UUID.randomUUID();

  @Test
  void brokerGivesBackWhatWasSent() throws Exception {
    Map<String, Object> broker = Map.of("bootstrap.servers", BACKENDS.bootstrapServers());
    try (Admin admin = Admin.create(broker)) {
      admin.createTopics(List.of(new NewTopic(NAME, 2, (short) 1))).all().get();
    }
    try (var producer =
        new KafkaProducer<>(broker, new StringSerializer(), new StringSerializer())) {
      producer.send(new ProducerRecord<>(NAME, "key", "value")).get();
    }
    Map<String, Object> group =
        Map.of(
            "bootstrap.servers",
            BACKENDS.bootstrapServers(),
            "group.id",
            NAME,
            "auto.offset.reset",
            "earliest");
    try (var consumer =
        new KafkaConsumer<>(group, new StringDeserializer(), new StringDeserializer())) {
      consumer.subscribe(List.of(NAME));
      var records = consumer.poll(Duration.ofSeconds(20));
      assertThat(records).extracting(ConsumerRecord::value).containsExactly("value");
    }
  }

  @Test
  void registryGivesASchemaBack() throws Exception {
    String schema =
        """
        {"artifactId": "%s", "artifactType": "AVRO", "firstVersion": {"content":
          {"contentType": "application/json", "content": "\\"string\\""}}}\
        """
            .formatted(NAME);
    String artifacts = BACKENDS.schemaRegistryUrl() + "/groups/default/artifacts";
    try (HttpClient http = HttpClient.newHttpClient()) {
      var created =
          http.send(
              HttpRequest.newBuilder(URI.create(artifacts))
                  .header("Content-Type", "application/json")
                  .POST(HttpRequest.BodyPublishers.ofString(schema, UTF_8))
                  .build(),
              BodyHandlers.ofString(UTF_8));
      assertThat(created.statusCode()).as(created.body()).isEqualTo(200);
      var read =
          http.send(
              HttpRequest.newBuilder(
                      URI.create(artifacts + "/" + NAME + "/versions/branch=latest/content"))
                  .build(),
              BodyHandlers.ofString(UTF_8));
      assertThat(read.body()).isEqualTo("\"string\"");
    }
  }

  @Test
  void everyNewDatabaseIsEmptyAndTheCallersOwn() throws Exception {
    String first = BACKENDS.newDatabase();
    String second = BACKENDS.newDatabase();
    try (var connection = DriverManager.getConnection(first);
        var statement = connection.createStatement()) {
      statement.execute("create table kept (n int)");
    }
    try (var connection = DriverManager.getConnection(second);
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "select current_setting('server_version'), to_regclass('kept') is null")) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getString(1)).startsWith(Database.MAJOR_VERSION + ".");
      assertThat(rows.getBoolean(2)).isTrue();
    }
  }
}
