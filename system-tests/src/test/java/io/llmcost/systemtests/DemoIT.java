package io.llmcost.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Does what the README tells a newcomer to do first. */
class DemoIT {
  private static final String PORT_OFFSET = "4300";

  @TempDir private Path home;

  @Test
  void demoEndsWithBothSidesEqualAndLeavesNoProcess() throws Exception {
    Path data = home.resolve("data");

    Llmcost.Result demo =
        Llmcost.run(
            Duration.ofMinutes(6),
            "demo",
            "--exit",
            "--data-dir",
            data.toString(),
            "--port-offset",
            PORT_OFFSET);

    assertThat(demo.exit()).as(demo.output()).isZero();
    assertThat(demo.output()).doesNotContain("FAIL").contains("openai", "anthropic");
    assertThat(processesNaming(data)).isEmpty();
    assertThat(Files.exists(data.resolve("stack.json"))).as("stack.json goes with it").isFalse();
  }

  private static Stream<String> processesNaming(Path data) {
    return ProcessHandle.allProcesses()
        .flatMap(process -> process.info().commandLine().stream())
        .filter(line -> line.contains(data.toString()));
  }
}
