package io.llmcost.benchmarks;

import io.llmcost.cli.up.RunningStack;
import io.llmcost.localstack.StackHome;
import io.llmcost.localstack.process.Launch;
import io.llmcost.localstack.process.LocalProcess;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Kafka Connect with Debezium's JDBC sink, set to be fast: batches, unnest, a reduction buffer. */
final class ConnectWorker implements AutoCloseable {
  private static final Duration GRACE = Duration.ofSeconds(20);

  private final LocalProcess process;
  private final Connection connection;
  private final String table;
  private final Path log;

  private ConnectWorker(LocalProcess process, Connection connection, String table, Path log) {
    this.process = process;
    this.connection = connection;
    this.table = table;
    this.log = log;
  }

  /** Starts a worker that copies the flat events into a table of its own. */
  static ConnectWorker start(RunningStack stack, Path target, int tasks)
      throws IOException, SQLException {
    Path root = Path.of(System.getProperty("llmcost.root", "."));
    Path layout = root.resolve("benchmarks/connect-worker/target");
    String table = "flat_%d_tasks".formatted(tasks);
    Connection connection = DriverManager.getConnection(stack.ledgerUrl());
    try (Statement statement = connection.createStatement()) {
      statement.execute(FlatEvents.TABLE.formatted(table));
    }
    Path settings = Files.createDirectories(target.resolve("connect"));
    Path worker = settings.resolve("worker.properties");
    Path sink = settings.resolve("sink-" + tasks + ".properties");
    Files.writeString(worker, worker(stack, layout, settings, tasks));
    Files.writeString(sink, sink(stack.ledgerUrl(), table, tasks));
    Path log = settings.resolve("worker-" + tasks + ".log");
    LocalProcess process =
        LocalProcess.start(
            Launch.of(
                List.of(
                    StackHome.java().toString(),
                    "-Xmx1g",
                    "-cp",
                    layout.resolve("libs") + "/*",
                    "org.apache.kafka.connect.cli.ConnectStandalone",
                    worker.toString(),
                    sink.toString()),
                Map.of(),
                settings,
                log));
    return new ConnectWorker(process, connection, table, log);
  }

  Meter meter() throws IOException {
    return new Meter(Map.of("connect", process.pid()));
  }

  /** How many rows it has written; PostgreSQL's statistics lag by a second at the most. */
  long rows() throws SQLException {
    if (!process.isAlive()) {
      throw new IllegalStateException("Kafka Connect ended; see " + log);
    }
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "select n_tup_ins from pg_stat_user_tables where relname = '" + table + "'")) {
      return row.next() ? row.getLong(1) : 0;
    }
  }

  private static String worker(RunningStack stack, Path layout, Path settings, int tasks) {
    // The converter speaks the registry's older API.
    String registry = stack.schemaRegistryUrl().replace("/v3", "/v2");
    return """
    bootstrap.servers=%s
    key.converter=org.apache.kafka.connect.storage.StringConverter
    value.converter=io.apicurio.registry.utils.converter.AvroConverter
    value.converter.apicurio.registry.url=%s
    value.converter.apicurio.registry.as-confluent=true
    value.converter.apicurio.registry.use-id=contentId
    value.converter.apicurio.registry.headers.enabled=false
    connector.client.config.override.policy=All
    offset.storage.file.filename=%s/offsets-%d
    offset.flush.interval.ms=10000
    plugin.path=%s
    listeners=http://127.0.0.1:0
    """
        .formatted(stack.bootstrapServers(), registry, settings, tasks, layout.resolve("plugins"));
  }

  private static String sink(String ledgerUrl, String table, int tasks) {
    URI database = URI.create(ledgerUrl.substring("jdbc:".length()));
    Map<String, String> query = new HashMap<>();
    for (String parameter : database.getRawQuery().split("&", -1)) {
      String[] pair = parameter.split("=", 2);
      query.put(pair[0], URLDecoder.decode(pair[1], StandardCharsets.UTF_8));
    }
    return """
    name=sink-%1$d
    connector.class=io.debezium.connector.jdbc.JdbcSinkConnector
    tasks.max=%1$d
    topics=%2$s
    connection.url=jdbc:postgresql://%3$s:%4$d%5$s?currentSchema=ledger
    connection.username=%6$s
    connection.password=%7$s
    collection.name.format=%8$s
    insert.mode=upsert
    primary.key.mode=record_value
    primary.key.fields=event_id
    schema.evolution=none
    batch.size=2000
    dialect.postgres.unnest.insert.enabled=true
    use.reduction.buffer=true
    consumer.override.max.poll.records=2000
    consumer.override.auto.offset.reset=earliest
    """
        .formatted(
            tasks,
            FlatEvents.TOPIC,
            database.getHost(),
            database.getPort(),
            database.getPath(),
            query.get("user"),
            query.get("password"),
            table);
  }

  @Override
  public void close() throws SQLException {
    process.stop(GRACE);
    connection.close();
  }
}
