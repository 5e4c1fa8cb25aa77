package io.llmcost.systemtests;

import io.llmcost.localstack.process.Launch;
import io.llmcost.localstack.process.LocalProcess;
import io.llmcost.localstack.process.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Another process of a service beside that of {@code ./llmcost up}, in the same consumer group.
 * When it ends it is started again; its odd ends are orderly ones, so that groups rebalance in both
 * ways.
 */
final class SecondInstance implements Killer.Victim, AutoCloseable {
  private static final Duration GRACE = Duration.ofSeconds(20);
  private static final Duration DELAY = Duration.ofMillis(500);

  private final String service;
  private final Launch launch;
  private volatile LocalProcess process;
  private volatile boolean closed;
  private int ends;

  SecondInstance(RunningStack stack, String service) {
    this.service = service;
    Path log = stack.data.resolveSibling(service + "-2.log");
    this.launch =
        Launch.of(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx160m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-jar",
                jar(service).toString()),
            settings(stack, service),
            Llmcost.ROOT,
            log);
    this.process = LocalProcess.start(launch);
    watch(process);
  }

  @Override
  public String name() {
    return service + " (2nd)";
  }

  @Override
  public boolean kill() {
    LocalProcess current = process;
    if (!current.isAlive()) {
      return false;
    }
    if (ends++ % 2 == 0) {
      current.kill();
    } else {
      var unused = CompletableFuture.runAsync(() -> current.stop(GRACE));
    }
    return true;
  }

  private void watch(LocalProcess current) {
    var unused =
        current
            .onExit()
            .thenRunAsync(
                () -> {
                  if (!closed) {
                    process = LocalProcess.start(launch);
                    watch(process);
                  }
                },
                CompletableFuture.delayedExecutor(
                    DELAY.toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS));
  }

  @Override
  public void close() {
    closed = true;
    process.stop(GRACE);
  }

  private static Map<String, String> settings(RunningStack stack, String service) {
    URI database = URI.create(stack.address("postgres").substring("jdbc:".length()));
    Map<String, String> query = new HashMap<>();
    for (String parameter : database.getRawQuery().split("&")) {
      String[] pair = parameter.split("=", 2);
      query.put(pair[0], URLDecoder.decode(pair[1], StandardCharsets.UTF_8));
    }
    return Map.of(
        "SERVER_ADDRESS",
        "127.0.0.1",
        "SERVER_PORT",
        Integer.toString(Ports.free()),
        "SPRING_KAFKA_BOOTSTRAP_SERVERS",
        stack.address("kafka"),
        "LLMCOST_LASTRESORT_DIRECTORY",
        stack.data.resolveSibling(service + "-2-last-resort").toString(),
        "LLMCOST_SCHEMA_REGISTRY_URL",
        stack.address("schema_registry"),
        "SPRING_DATASOURCE_URL",
        "jdbc:postgresql://%s:%d%s"
            .formatted(database.getHost(), database.getPort(), database.getPath()),
        "SPRING_DATASOURCE_USERNAME",
        query.get("user"),
        "SPRING_DATASOURCE_PASSWORD",
        query.get("password"));
  }

  private static Path jar(String service) {
    Path target = Llmcost.ROOT.resolve(service).resolve("target");
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(target, service + "-*-app.jar")) {
      return jars.iterator().next();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
