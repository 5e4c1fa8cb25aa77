package io.llmcost.client.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed loses nothing that an append had returned for. */
class JournalCrashIT {
  @TempDir Path directory;

  @Test
  void whatWasAppendedOutlivesAKilledProcess() throws Exception {
    Set<String> appended = new HashSet<>();
    for (int life = 0; life < 3; life++) {
      appended.addAll(appendUntilKilled("life" + life, 3_000));
    }

    Set<String> found = new HashSet<>();
    try (Journal journal = Journal.open(JournalSettings.in(directory))) {
      List<JournalRecord> taken = journal.take(1_000, Duration.ZERO);
      while (!taken.isEmpty()) {
        for (JournalRecord record : taken) {
          assertThat(found.add(new String(record.bytes(), UTF_8))).isTrue();
        }
        taken = journal.take(1_000, Duration.ZERO);
      }
    }
    assertThat(appended).hasSizeGreaterThanOrEqualTo(9_000);
    assertThat(found).containsAll(appended);
  }

  private Set<String> appendUntilKilled(String name, int atLeast) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Appender.class.getName(),
                directory.toString(),
                name)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    Set<String> appended = new HashSet<>();
    try (BufferedReader lines = process.inputReader(UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        // The last line may be torn: the process was killed while writing it.
        if (line.endsWith(".")) {
          appended.add(line);
        }
        if (appended.size() == atLeast) {
          process.destroyForcibly();
        }
      }
    } catch (IOException e) {
      assertThat(appended).hasSizeGreaterThanOrEqualTo(atLeast);
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return appended;
  }

  /** Appends records for ever, and says so of each. */
  static final class Appender {
    private Appender() {}

    public static void main(String[] args) {
      try (Journal journal =
          Journal.open(
              JournalSettings.in(Path.of(args[0])).withFsync(Fsync.NONE, Duration.ofSeconds(1)))) {
        for (int i = 0; true; i++) {
          String record = args[1] + "-" + i + ".";
          journal.append(record.getBytes(UTF_8));
          System.out.println(record);
        }
      }
    }
  }
}
