package io.llmcost.localstack;

import io.llmcost.localstack.process.Launch;
import io.llmcost.localstack.process.LocalProcess;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** An Apicurio schema registry, listening on loopback, its schemas and their ids in PostgreSQL. */
public final class Registry implements Part {
  private static final int PROBE_MILLIS = 2000;

  /** The database that it keeps its schemas in. */
  public record Storage(String jdbcUrl, String user, String password) {}

  private final StackHome home;
  private final Path log;
  private final int port;
  private final Storage storage;
  private final List<String> jvmOptions;

  public Registry(StackHome home, Path log, int port, Storage storage, List<String> jvmOptions) {
    this.home = home;
    this.log = log;
    this.port = port;
    this.storage = storage;
    this.jvmOptions = List.copyOf(jvmOptions);
  }

  /** The jar that a registry runs. */
  public static Path program(StackHome home) {
    return home.registry().resolve("quarkus-run.jar");
  }

  @Override
  public String name() {
    return "schema-registry";
  }

  @Override
  public Path log() {
    return log;
  }

  /** Its own API, which the Apicurio serializers use. */
  public String url() {
    return "http://127.0.0.1:" + port + "/apis/registry/v3";
  }

  @Override
  public LocalProcess launch() {
    List<String> command = new ArrayList<>();
    command.add(StackHome.java().toString());
    command.addAll(jvmOptions);
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
            "-jar",
            program(home).toString()));
    Map<String, String> environment = new HashMap<>();
    environment.put("APICURIO_STORAGE_KIND", "sql");
    environment.put("APICURIO_STORAGE_SQL_KIND", "postgresql");
    environment.put("APICURIO_DATASOURCE_URL", storage.jdbcUrl());
    environment.put("APICURIO_DATASOURCE_USERNAME", storage.user());
    environment.put("APICURIO_DATASOURCE_PASSWORD", storage.password());
    environment.put("QUARKUS_HTTP_HOST", "127.0.0.1");
    environment.put("QUARKUS_HTTP_PORT", Integer.toString(port));
    // Its second port, for health and metrics, is nobody's business: any free one does.
    environment.put("QUARKUS_MANAGEMENT_HOST", "127.0.0.1");
    environment.put("QUARKUS_MANAGEMENT_PORT", "0");
    return LocalProcess.start(Launch.of(command, environment, home.registry(), log));
  }

  @Override
  public boolean isReady() {
    return answers(url() + "/system/info");
  }

  private static boolean answers(String url) {
    try {
      HttpURLConnection connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
      connection.setConnectTimeout(PROBE_MILLIS);
      connection.setReadTimeout(PROBE_MILLIS);
      try {
        return connection.getResponseCode() == 200;
      } finally {
        connection.disconnect();
      }
    } catch (IOException e) {
      return false;
    }
  }
}
