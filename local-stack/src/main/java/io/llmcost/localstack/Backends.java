package io.llmcost.localstack;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Real Kafka, PostgreSQL and schema registry for the tests of this JVM, each started when it is
 * first asked for and gone when the JVM is: containers where a Docker engine has or gets the
 * images, local processes where none does; {@code LLMCOST_BACKENDS=docker|local} decides instead.
 */
public final class Backends {
  private static final Logger LOG = LoggerFactory.getLogger(Backends.class);
  private static @Nullable Backends shared;

  private final Servers servers;

  private Backends(Servers servers) {
    this.servers = servers;
  }

  /** The ones that all tests of this JVM share. */
  public static synchronized Backends shared() {
    Backends found = shared;
    if (found == null) {
      found = new Backends(choose());
      shared = found;
    }
    return found;
  }

  private static Servers choose() {
    BackendChoice choice =
        BackendChoice.of(System.getenv(BackendChoice.SETTING), DockerEngine::find);
    LOG.info("test backends: {}", choice.reason());
    return switch (choice) {
      case BackendChoice.Docker docker -> new DockerServers();
      case BackendChoice.Local local -> new LocalServers(StackHome.locate());
    };
  }

  /** Kafka's {@code host:port}. */
  public String bootstrapServers() {
    return servers.bootstrapServers();
  }

  /** The registry's own API, {@code http://host:port/apis/registry/v3}. */
  public String schemaRegistryUrl() {
    return servers.schemaRegistryUrl();
  }

  /** Creates an empty database; returns its JDBC URL with user and password. */
  public String newDatabase() {
    String name = "test_" + UUID.randomUUID().toString().replace("-", "");
    try (Connection connection = DriverManager.getConnection(servers.databaseUrl("postgres"));
        Statement statement = connection.createStatement()) {
      statement.execute("create database " + name);
    } catch (SQLException e) {
      throw new StackException("cannot create a test database: " + e.getMessage(), e);
    }
    return servers.databaseUrl(name);
  }
}
