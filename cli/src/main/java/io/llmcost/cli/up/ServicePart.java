package io.llmcost.cli.up;

import io.llmcost.localstack.Part;
import io.llmcost.localstack.StackHome;
import io.llmcost.localstack.process.Launch;
import io.llmcost.localstack.process.LocalProcess;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One of the four services, run from the jar that production runs. */
final class ServicePart implements Part {
  private static final int PROBE_MILLIS = 2000;

  private final ServiceKind kind;
  private final Path jar;
  private final Path directory;
  private final int port;
  private final List<String> jvmOptions;
  private final Map<String, String> settings;

  /** {@code settings} are environment variables; its log goes below {@code directory}. */
  ServicePart(
      ServiceKind kind,
      Path jar,
      Path directory,
      int port,
      List<String> jvmOptions,
      Map<String, String> settings) {
    this.kind = kind;
    this.jar = jar;
    this.directory = directory;
    this.port = port;
    this.jvmOptions = List.copyOf(jvmOptions);
    this.settings = Map.copyOf(settings);
  }

  @Override
  public String name() {
    return kind.label();
  }

  @Override
  public Path log() {
    return directory.resolve("logs").resolve(name() + ".log");
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + port);
  }

  @Override
  public LocalProcess launch() {
    List<String> command = new ArrayList<>();
    command.add(StackHome.java().toString());
    command.addAll(jvmOptions);
    command.addAll(List.of("-jar", jar.toString()));
    return LocalProcess.start(Launch.of(command, settings, directory, log()));
  }

  @Override
  public boolean isReady() {
    try {
      HttpURLConnection connection =
          (HttpURLConnection) url().resolve("/actuator/health/readiness").toURL().openConnection();
      connection.setConnectTimeout(PROBE_MILLIS);
      connection.setReadTimeout(PROBE_MILLIS);
      try {
        return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
      } finally {
        connection.disconnect();
      }
    } catch (IOException e) {
      return false;
    }
  }
}
