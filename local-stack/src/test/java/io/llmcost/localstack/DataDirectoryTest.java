package io.llmcost.localstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
  @TempDir private Path temporary;
  private Path directory = Path.of("");

  @BeforeEach
  void choose() {
    directory = temporary.resolve("data");
  }

  @Test
  void isOpenToItsOwnerOnly() throws Exception {
    try (DataDirectory data = DataDirectory.open(directory, false)) {
      data.write("secret", "x");
      assertThat(Files.getPosixFilePermissions(directory))
          .isEqualTo(PosixFilePermissions.fromString("rwx------"));
      assertThat(Files.getPosixFilePermissions(directory.resolve("secret")))
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }
  }

  @Test
  void isUsedByOneStackAtATime() {
    try (DataDirectory data = DataDirectory.open(directory, false)) {
      refuses("the stack with pid " + ProcessHandle.current().pid() + " runs on", false);
      refuses("the stack with pid " + ProcessHandle.current().pid() + " runs on", true);
      assertThat(data.resolve("llmcost-data")).exists();
    }
    DataDirectory.open(directory, false).close();
  }

  @Test
  void keepsItsFilesUnlessFresh() {
    try (DataDirectory data = DataDirectory.open(directory, false)) {
      data.write("kept", "x");
    }
    try (DataDirectory data = DataDirectory.open(directory, false)) {
      assertThat(data.resolve("kept")).hasContent("x");
    }
    try (DataDirectory data = DataDirectory.open(directory, true)) {
      assertThat(data.resolve("kept")).doesNotExist();
    }
  }

  @Test
  void leavesOtherPeoplesFilesAlone() throws Exception {
    Files.createDirectories(directory);
    Files.writeString(directory.resolve("thesis.txt"), "x");
    refuses("holds other files", true);
    refuses("holds other files", false);
    assertThat(directory.resolve("thesis.txt")).hasContent("x");
    assertThat(directory.resolve("lock")).doesNotExist();
  }

  @Test
  void refusesTheDataOfAnotherVersionUnlessFresh() throws Exception {
    DataDirectory.open(directory, false).close();
    Files.writeString(directory.resolve("llmcost-data"), "0 postgres-17\n");
    refuses("was written by another version of llmcost (layout '0 postgres-17'", false);
    DataDirectory.open(directory, true).close();
    DataDirectory.open(directory, false).close();
  }

  @Test
  void refusesAFullDisk() {
    assertThatExceptionOfType(StackException.class)
        .isThrownBy(() -> DataDirectory.open(directory, false, Long.MAX_VALUE))
        .withMessageMatching("only \\d+ MiB are free where .* is; the stack needs \\d+ MiB");
    DataDirectory.open(directory, false).close();
  }

  private void refuses(String reason, boolean fresh) {
    assertThatExceptionOfType(StackException.class)
        .isThrownBy(() -> DataDirectory.open(directory, fresh))
        .withMessageContaining(reason);
  }
}
