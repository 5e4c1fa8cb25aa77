package io.llmcost.cli.up;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcost.localstack.DataDirectory;
import io.llmcost.localstack.StackHome;
import io.llmcost.localstack.process.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code up} as a process, with real infrastructure and services that only answer for health. */
class UpIT {
  private static final long SECONDS = 180;
  private static final List<String> PROCESSES =
      List.of(
          "llm-gateway",
          "cost-calculator",
          "cost-recorder",
          "reporting-api",
          "schema-registry",
          "kafka",
          "postgres");

  @TempDir private Path temporary;
  private final int offset = Ports.free() - 9092;
  private Path root = Path.of("");
  private Path data = Path.of("");
  private Path output = Path.of("");
  private @Nullable Process started;

  /** The command as a program. */
  static final class Program {
    public static void main(String[] args) {
      System.exit(new CommandLine(new UpCommand()).execute(args));
    }
  }

  @BeforeEach
  void layOut() throws IOException {
    root = temporary.resolve("root");
    data = temporary.resolve("data");
    output = temporary.resolve("output");
    for (ServiceKind service : ServiceKind.values()) {
      FakeService.writeJar(
          root.resolve(service.label()).resolve("target").resolve(service.label() + "-1-app.jar"));
    }
    Files.createSymbolicLink(
        root.resolve("local-stack"), StackHome.locate().root().resolve("local-stack"));
  }

  @AfterEach
  void stop() throws Exception {
    if (started != null) {
      started.destroyForcibly().waitFor();
    }
  }

  @Test
  void keepsEverythingRunningUntilItIsStoppedAndKeepsTheDataAfterwards() throws Exception {
    JsonNode stack = start();
    assertThat(stack.path("processes").propertyNames())
        .containsExactlyInAnyOrderElementsOf(PROCESSES);
    assertThat(Files.getPosixFilePermissions(data.resolve("stack.json")))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    execute(stack, "create schema ledger; create table ledger.cost_entry as select 42 as n");
    String token = stack.at("/tokens/reader").asString();
    assertThat(Files.readString(output)).contains(token);

    restartsWhatIsKilled();
    execute(stack, "select 1 / count(*) from cost_entry");

    Map<String, ProcessHandle> running = running();
    interrupt();
    assertThat(up().waitFor(SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(up().exitValue()).isZero();
    assertThat(running.values()).noneMatch(ProcessHandle::isAlive);
    assertThat(data.resolve("stack.json")).doesNotExist();

    JsonNode second = start();
    assertThat(second.at("/tokens/reader").asString()).isEqualTo(token);
    execute(second, "select 1 / count(*) from cost_entry");

    leavesNothingBehindWhenKilled();
  }

  private void restartsWhatIsKilled() throws Exception {
    Map<String, Long> pids = new HashMap<>();
    for (String name : PROCESSES) {
      pids.put(name, pid(name));
    }
    for (long pid : pids.values()) {
      ProcessHandle.of(pid).orElseThrow().destroyForcibly();
    }
    for (Map.Entry<String, Long> killed : pids.entrySet()) {
      await(() -> pid(killed.getKey()) != killed.getValue());
    }
    await(() -> answers(stack()));
  }

  private long pid(String name) throws IOException {
    return stack().path("processes").path(name).asLong();
  }

  private void leavesNothingBehindWhenKilled() throws Exception {
    Map<String, ProcessHandle> running = running();
    up().destroyForcibly().waitFor();
    await(() -> running.values().stream().noneMatch(ProcessHandle::isAlive));
  }

  @Test
  void namesThePortThatIsInUse() throws Exception {
    try (ServerSocket taken =
        new ServerSocket(8085 + offset, 1, InetAddress.getLoopbackAddress())) {
      launch();
      assertThat(up().waitFor(SECONDS, TimeUnit.SECONDS)).isTrue();
      assertThat(up().exitValue()).isNotZero();
      assertThat(Files.readString(output))
          .contains("port " + taken.getLocalPort() + ", which schema-registry needs, is in use");
    }
  }

  @Test
  void namesTheServiceThatDoesNotComeUpAndStopsTheOthers() throws Exception {
    Files.createDirectories(data);
    try (var directory = DataDirectory.open(data, false)) {
      directory.write("broken-" + (8082 + offset), "");
    }
    launch();
    assertThat(up().waitFor(SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(up().exitValue()).isNotZero();
    assertThat(Files.readString(output))
        .contains("cost-recorder ended with 7: Caused by: out of order (see ")
        .contains("logs/cost-recorder.log)");
    assertThat(ProcessHandle.allProcesses().filter(this::isOurs)).containsExactly();
  }

  private boolean isOurs(ProcessHandle process) {
    return process.info().commandLine().filter(line -> line.contains(data.toString())).isPresent();
  }

  private JsonNode start() throws Exception {
    launch();
    await(() -> Files.exists(data.resolve("stack.json")) || !up().isAlive());
    assertThat(up().isAlive()).as(Files.readString(output)).isTrue();
    await(() -> Files.readString(output).contains("Ctrl-C stops it."));
    return stack();
  }

  private void launch() throws IOException {
    started =
        new ProcessBuilder(
                StackHome.java().toString(),
                "-XX:TieredStopAtLevel=1",
                "-Dllmcost.root=" + root,
                "-classpath",
                System.getProperty("java.class.path"),
                Program.class.getName(),
                "--data-dir=" + data,
                "--port-offset=" + offset)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
  }

  private Process up() {
    return Objects.requireNonNull(started);
  }

  private void interrupt() throws Exception {
    new ProcessBuilder("kill", "-INT", Long.toString(up().pid())).start().waitFor();
  }

  private JsonNode stack() throws IOException {
    return JsonMapper.shared().readTree(Files.readAllBytes(data.resolve("stack.json")));
  }

  private Map<String, ProcessHandle> running() throws IOException {
    Map<String, ProcessHandle> running = new HashMap<>();
    for (Map.Entry<String, JsonNode> process : stack().path("processes").properties()) {
      ProcessHandle.of(process.getValue().asLong())
          .ifPresent(handle -> running.put(process.getKey(), handle));
    }
    return running;
  }

  private static void execute(JsonNode stack, String sql) throws Exception {
    try (var connection = DriverManager.getConnection(stack.path("postgres").asString());
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static boolean answers(JsonNode stack) {
    try {
      execute(stack, "select 1");
      return true;
    } catch (Exception e) {
      return false;
    }
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void await(Condition condition) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    while (!condition.holds()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
      Thread.sleep(50);
    }
  }
}
