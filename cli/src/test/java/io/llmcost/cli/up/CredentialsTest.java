package io.llmcost.cli.up;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcost.localstack.DataDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CredentialsTest {
  @TempDir private Path directory;

  @Test
  void areMintedOnceAndReadableByTheOwnerOnly() throws Exception {
    try (DataDirectory data = DataDirectory.open(directory, false)) {
      Credentials first = Credentials.in(data);
      assertThat(first.tokens())
          .containsOnlyKeys("emitter", "reader", "price_admin", "operator")
          .doesNotContainValue("");
      assertThat(Map.copyOf(first.tokens()).values()).doesNotHaveDuplicates();

      Credentials second = Credentials.in(data);
      assertThat(second.tokens()).isEqualTo(first.tokens());
      assertThat(second.password("llmcost")).isEqualTo(first.password("llmcost"));
      assertThat(Files.getPosixFilePermissions(data.resolve("credentials.properties")))
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }
  }

  @Test
  void hashesAreSha256InHexadecimal() {
    assertThat(Credentials.hash("abc"))
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }
}
