package io.llmcost.localstack;

import java.util.Map;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.lifecycle.Startables;

/** The three servers as containers of the images that production would use. */
final class DockerServers implements Servers {
  private static final int POSTGRES_PORT = 5432;
  private static final int REGISTRY_PORT = 8080;
  private static final String POSTGRES_HOST = "database";

  private final String password = Secrets.random();
  private final Network network = Network.newNetwork();
  private final KafkaContainer kafka =
      new KafkaContainer(Images.KAFKA).withEnv("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false");
  private final GenericContainer<?> postgres =
      new GenericContainer<>(Images.POSTGRES)
          .withNetwork(network)
          .withNetworkAliases(POSTGRES_HOST)
          .withEnv(Map.of("POSTGRES_PASSWORD", password))
          .withCommand("postgres", "-c", "fsync=off", "-c", "synchronous_commit=off")
          .withExposedPorts(POSTGRES_PORT)
          .waitingFor(
              // Its first server is the one that sets up the database.
              Wait.forLogMessage(".*database system is ready to accept connections.*\\s", 2));
  private final GenericContainer<?> registry =
      new GenericContainer<>(Images.REGISTRY)
          .dependsOn(postgres)
          .withNetwork(network)
          .withEnv(
              Map.of(
                  "APICURIO_STORAGE_KIND", "sql",
                  "APICURIO_STORAGE_SQL_KIND", "postgresql",
                  "APICURIO_DATASOURCE_URL",
                      "jdbc:postgresql://" + POSTGRES_HOST + ":" + POSTGRES_PORT + "/postgres",
                  "APICURIO_DATASOURCE_USERNAME", "postgres",
                  "APICURIO_DATASOURCE_PASSWORD", password))
          .withExposedPorts(REGISTRY_PORT)
          .waitingFor(Wait.forHttp("/apis/registry/v3/system/info").forPort(REGISTRY_PORT));

  @Override
  public synchronized String bootstrapServers() {
    Startables.deepStart(kafka, registry).join();
    return kafka.getBootstrapServers();
  }

  @Override
  public synchronized String schemaRegistryUrl() {
    registry.start();
    return "http://"
        + registry.getHost()
        + ":"
        + registry.getMappedPort(REGISTRY_PORT)
        + "/apis/registry/v3";
  }

  @Override
  public synchronized String databaseUrl(String database) {
    postgres.start();
    return "jdbc:postgresql://"
        + postgres.getHost()
        + ":"
        + postgres.getMappedPort(POSTGRES_PORT)
        + "/"
        + database
        + "?user=postgres&password="
        + password;
  }
}
