package io.llmcost.cli.keys;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcost.chassis.gatewaykey.GatewayKey;
import io.llmcost.chassis.gatewaykey.GatewayKeyFile;
import io.llmcost.chassis.gatewaykey.GatewayKeys;
import io.llmcost.chassis.security.TokenAuthenticator;
import io.llmcost.cli.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Keys given out, shown, renewed and taken back, in a file of the test's own. */
class KeysCommandTest {
  @TempDir private Path directory;
  private final StringWriter err = new StringWriter();

  private Path file() {
    return directory.resolve("keys.json");
  }

  private GatewayKeys keys() throws IOException {
    return new GatewayKeyFile(file()).read();
  }

  private String run(int exitCode, String... args) {
    StringWriter out = new StringWriter();
    CommandLine main = Main.commandLine();
    main.setOut(new PrintWriter(out));
    main.setErr(new PrintWriter(err));
    List<String> all = new ArrayList<>(List.of("keys"));
    all.addAll(List.of(args));
    all.addAll(List.of("--file", file().toString()));
    assertThat(main.execute(all.toArray(String[]::new))).as(err.toString()).isEqualTo(exitCode);
    return out.toString().strip();
  }

  @Test
  void aKeyIsPrintedOnceAndItsHashKept() throws IOException {
    String secret =
        run(
            0,
            "add",
            "checkout",
            "--project=shop",
            "--user=svc",
            "--tag=team=a",
            "--model=gpt-4o*",
            "--model=claude-*",
            "--expires=90d");

    assertThat(secret).startsWith("llmc_").doesNotContain("\n");
    assertThat(Files.readString(file())).doesNotContain(secret);
    GatewayKey key = keys().keys().getFirst();
    assertThat(key.secrets().getFirst().sha256()).isEqualTo(TokenAuthenticator.hash(secret));
    assertThat(key.name()).isEqualTo("checkout");
    assertThat(key.project()).isEqualTo("shop");
    assertThat(key.userId()).isEqualTo("svc");
    assertThat(key.tags()).isEqualTo(Map.of("team", "a"));
    assertThat(key.models()).containsExactly("gpt-4o*", "claude-*");
    assertThat(key.trustsHeaders()).isFalse();
    assertThat(Duration.between(key.createdAt(), key.expiresAt())).isEqualTo(Duration.ofDays(90));
    assertThat(err.toString()).contains(key.id()).doesNotContain(secret);
  }

  @Test
  void rotationKeepsTheIdAndForAWhileTheOldSecret() throws IOException {
    run(0, "add", "checkout");
    String id = keys().keys().getFirst().id();

    String second = run(0, "rotate", id, "--grace=2h");
    GatewayKey rotating = keys().keys().getFirst();
    assertThat(rotating.id()).isEqualTo(id);
    assertThat(rotating.secrets()).hasSize(2);
    assertThat(rotating.secrets().getLast().sha256()).isEqualTo(TokenAuthenticator.hash(second));
    assertThat(run(0, "list")).contains("rotating");

    run(0, "rotate", "checkout", "--grace=0s");
    assertThat(keys().keys().getFirst().secrets()).hasSize(1);
  }

  @Test
  void aRevokedKeyStaysListedAndCannotBeRotated() throws IOException {
    run(0, "add", "checkout", "--trust-headers");
    run(0, "revoke", "checkout");

    assertThat(keys().keys().getFirst().state(Instant.now())).isEqualTo(GatewayKey.State.REVOKED);
    assertThat(run(0, "list")).contains("checkout", "revoked", "any");
    assertThat(run(0, "list", "--json")).contains("\"revoked_at\"", "\"trusts_headers\" : true");
    run(1, "rotate", "checkout");
    assertThat(err.toString()).contains("is revoked; add a new key");
  }

  @Test
  void whatIsWrongIsSaidAndNothingChanges() throws IOException {
    run(1, "list");
    assertThat(err.toString()).contains("keys.json is not there; ./llmcost keys add makes it");
    run(2, "add", "checkout", "--expires=2020-01-01");
    run(2, "add", "checkout", "--expires=soon");
    run(2, "add", " ");
    run(1, "revoke", "nobody");
    assertThat(Files.exists(file())).isFalse();

    run(0, "add", "checkout");
    run(0, "add", "checkout");
    run(1, "revoke", "checkout");
    assertThat(err.toString()).contains("more than one, is called 'checkout'");
    assertThat(keys().keys()).allMatch(key -> key.revokedAt() == null);
    Files.writeString(file(), "{");
    run(1, "add", "third");
    assertThat(Files.readString(file())).isEqualTo("{");
  }
}
