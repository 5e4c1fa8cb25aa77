package io.llmcost.cli.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.llmcost.localstack.Part;
import io.llmcost.localstack.StackException;
import io.llmcost.localstack.process.Launch;
import io.llmcost.localstack.process.LocalProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SupervisorTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String SLEEPS = "trap 'echo %s >> ended; exit' TERM; sleep 60 & wait";

  @TempDir private Path directory;
  private final ConcurrentLinkedQueue<String> said = new ConcurrentLinkedQueue<>();
  private final Supervisor supervisor =
      new Supervisor(List.of("first", "second"), line -> said.add(line));

  @AfterEach
  void stop() {
    supervisor.stop(LIMIT);
  }

  @Test
  void startsAgainWhatWasKilledAndSaysSo() throws Exception {
    AtomicInteger changes = new AtomicInteger();
    supervisor.onChange(changes::incrementAndGet);
    supervisor.start(shell("first", SLEEPS.formatted("first")), LIMIT);
    long pid = pid("first");

    ProcessHandle.of(pid).orElseThrow().destroyForcibly();
    await(() -> changes.get() == 1);

    assertThat(pid("first")).isNotEqualTo(pid);
    assertThat(said)
        .containsExactly(
            "first (pid " + pid + ") was ended by signal 9; starting it again in 0.5 s",
            "first started again (pid " + pid("first") + ")");
  }

  @Test
  void leavesAStoppedProcessAlone() throws Exception {
    supervisor.start(shell("first", SLEEPS.formatted("first")), LIMIT);
    long pid = pid("first");
    new ProcessBuilder("kill", "-STOP", Long.toString(pid)).start().waitFor();

    Thread.sleep(Supervisor.FIRST_DELAY.multipliedBy(2));

    assertThat(pid("first")).isEqualTo(pid);
    assertThat(said).isEmpty();
  }

  @Test
  void stopsInOrderAndStartsNothingAfterwards() {
    supervisor.start(shell("second", SLEEPS.formatted("second")), LIMIT);
    supervisor.start(shell("first", SLEEPS.formatted("first")), LIMIT);

    supervisor.stop(LIMIT);

    assertThat(directory.resolve("ended")).hasContent("first\nsecond");
    assertThat(supervisor.pids().values())
        .noneMatch(pid -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent());
    assertThat(said).isEmpty();
  }

  @Test
  void quotesTheLogOfWhatEndsBeforeItIsReady() {
    Part failing = shell("first", "echo ERROR: no room; exit 3", false);
    assertThatExceptionOfType(StackException.class)
        .isThrownBy(() -> supervisor.start(failing, LIMIT))
        .withMessage("first ended with 3: ERROR: no room (see " + failing.log() + ")");
  }

  @Test
  void delaysDoubleUpToTenSeconds() {
    Duration delay = Supervisor.FIRST_DELAY;
    for (String next : List.of("PT1S", "PT2S", "PT4S", "PT8S", "PT10S", "PT10S")) {
      delay = Supervisor.longer(delay);
      assertThat(delay).hasToString(next);
    }
  }

  private long pid(String name) {
    return Objects.requireNonNull(supervisor.pids().get(name));
  }

  private Part shell(String name, String script) {
    return shell(name, "echo ready;" + script, true);
  }

  private Part shell(String name, String script, boolean ready) {
    return new Part() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public Path log() {
        return directory.resolve(name + ".log");
      }

      @Override
      public LocalProcess launch() {
        return LocalProcess.start(
            Launch.of(List.of("sh", "-c", script), Map.of(), directory, log()));
      }

      @Override
      public boolean isReady() {
        return ready && log().toFile().length() > 0;
      }
    };
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
      Thread.sleep(20);
    }
  }
}
