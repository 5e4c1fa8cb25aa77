package io.llmcost.localstack.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcost.localstack.StackHome;
import io.llmcost.localstack.process.Launch.StopSignal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalProcessIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  @TempDir private Path directory;

  /** Run in a JVM of its own, which the test kills. */
  static final class Parent {
    public static void main(String[] args) throws Exception {
      Path directory = Path.of(args[0]);
      for (boolean refusesRoot : List.of(false, true)) {
        LocalProcess child = LocalProcess.start(sleeper(directory, refusesRoot));
        Files.writeString(directory.resolve("child-" + refusesRoot), Long.toString(child.pid()));
      }
      Files.createFile(directory.resolve("started"));
      Thread.sleep(LIMIT);
    }
  }

  private static Launch sleeper(Path directory, boolean refusesRoot) {
    return new Launch(
        List.of("sh", "-c", "id -u; exec sleep 60"),
        Map.of(),
        directory,
        directory.resolve("log-" + refusesRoot),
        StopSignal.TERM,
        refusesRoot);
  }

  @Test
  void childrenDieWithAKilledParent() throws Exception {
    Process parent =
        new ProcessBuilder(
                StackHome.java().toString(),
                "-classpath",
                System.getProperty("java.class.path"),
                Parent.class.getName(),
                directory.toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("parent").toFile())
            .start();
    await(() -> Files.exists(directory.resolve("started")) || !parent.isAlive());
    assertThat(parent.isAlive()).as(Files.readString(directory.resolve("parent"))).isTrue();
    ProcessHandle root = child("child-false");
    ProcessHandle other = child("child-true");
    assertThat(root.isAlive()).isTrue();
    assertThat(other.isAlive()).isTrue();

    parent.destroyForcibly().waitFor();
    await(() -> !root.isAlive() && !other.isAlive());
  }

  @Test
  void whatRefusesRootIsNotRoot() throws Exception {
    LocalProcess child = LocalProcess.start(sleeper(directory, true));
    Path log = directory.resolve("log-true");
    await(() -> Files.exists(log) && Files.readString(log).endsWith("\n"));
    assertThat(log).content().isNotEqualTo("0\n");
    assertThat(child.stop(LIMIT)).isTrue();
    assertThat(child.isAlive()).isFalse();
  }

  @Test
  void aStoppedProcessStillEndsInGoodOrder() throws Exception {
    LocalProcess child = LocalProcess.start(sleeper(directory, false));
    await(() -> Files.exists(directory.resolve("log-false")));
    new ProcessBuilder("kill", "-STOP", Long.toString(child.pid())).start().waitFor();
    assertThat(child.stop(LIMIT)).isTrue();
  }

  @Test
  void childrenAreOutOfReachOfTheTerminal() throws Exception {
    LocalProcess child =
        LocalProcess.start(
            Launch.of(
                List.of("sh", "-c", "ps -o sid= -p $$; echo $$"),
                Map.of(),
                directory,
                directory.resolve("session")));
    await(() -> !child.isAlive());
    List<String> lines = Files.readAllLines(directory.resolve("session"));
    assertThat(lines.get(0).strip()).isEqualTo(lines.get(1)).isEqualTo(Long.toString(child.pid()));
  }

  private ProcessHandle child(String file) throws Exception {
    return ProcessHandle.of(Long.parseLong(Files.readString(directory.resolve(file))))
        .orElseThrow();
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void await(Condition condition) throws Exception {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!condition.holds()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
      Thread.sleep(20);
    }
  }
}
