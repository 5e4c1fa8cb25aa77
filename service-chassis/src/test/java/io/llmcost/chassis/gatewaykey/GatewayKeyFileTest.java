package io.llmcost.chassis.gatewaykey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.llmcost.chassis.security.TokenAuthenticator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file of the keys: what it holds, who may read it, and that no writer loses another's key. */
class GatewayKeyFileTest {
  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

  @TempDir private Path directory;

  private static GatewayKey key(String id, String secret) {
    return new GatewayKey(
        id,
        "checkout",
        List.of(new GatewayKey.Secret(TokenAuthenticator.hash(secret), NOW, null)),
        "shop",
        null,
        null,
        Map.of("team", "a"),
        List.of("gpt-*"),
        false,
        NOW,
        NOW.plus(Duration.ofDays(1)),
        null);
  }

  @Test
  void whatWasWrittenIsRead() throws IOException {
    GatewayKeyFile file = new GatewayKeyFile(directory.resolve("deep/keys.json"));
    GatewayKey key = key("key-1", "a");

    file.update(none -> none.plus(key));

    assertThat(file.read().keys()).containsExactly(key);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.path())))
        .isEqualTo("rw-------");
  }

  @Test
  void theModeThatItWasGivenStays() throws IOException {
    GatewayKeyFile file = new GatewayKeyFile(directory.resolve("keys.json"));
    file.update(none -> none);
    Files.setPosixFilePermissions(file.path(), PosixFilePermissions.fromString("rw-r-----"));

    file.update(keys -> keys.plus(key("key-1", "a")));

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.path())))
        .isEqualTo("rw-r-----");
  }

  @Test
  void aLinkStaysALink() throws IOException {
    Path target = directory.resolve("real.json");
    new GatewayKeyFile(target).update(none -> none);
    Path link = Files.createSymbolicLink(directory.resolve("keys.json"), target);

    new GatewayKeyFile(link).update(keys -> keys.plus(key("key-1", "a")));

    assertThat(link).isSymbolicLink();
    assertThat(new GatewayKeyFile(target).read().keys()).hasSize(1);
  }

  @Test
  void writersAtOnceLoseNothing() throws Exception {
    Path path = directory.resolve("keys.json");
    List<Thread> writers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      String id = "key-" + i;
      writers.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    synchronized (GatewayKeyFileTest.class) { // one JVM has one lock on a file
                      new GatewayKeyFile(path).update(keys -> keys.plus(key(id, id)));
                    }
                  }));
    }
    for (Thread writer : writers) {
      writer.join();
    }

    assertThat(new GatewayKeyFile(path).read().keys()).hasSize(8);
  }

  @Test
  void aMisspeltRestrictionIsRefusedAndNothingOfTheFileIsTold() {
    String json =
        """
        {"keys": [{"id": "key-1", "name": "n", "created_at": "2026-11-24T12:00:00Z",
          "secrets": [{"sha256": "%s", "created_at": "2026-11-24T12:00:00Z"}], "model": ["x"]}]}
        """;

    assertThatThrownBy(() -> parse(json.formatted("0".repeat(64))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("unknown field model");
    assertThatThrownBy(() -> parse(json.formatted("llmc_plain")))
        .hasMessageContaining("64 lower-case hex digits")
        .hasMessageNotContaining("llmc_plain");
    assertThatThrownBy(() -> parse("{\"keys\": [")).hasMessageContaining("no JSON of keys");
  }

  @Test
  void whatLacksOrRepeatsIsRefused() {
    assertThatThrownBy(() -> parse("{\"keys\":[{\"id\":\"a b\"}]}")).hasMessageContaining("id has");
    assertThatThrownBy(
            () -> GatewayKeys.NONE.plus(key("key-1", "a")).plus(key("key-1", "b")).keys())
        .hasMessageContaining("two keys");
    assertThatThrownBy(
            () -> GatewayKeys.NONE.plus(key("key-1", "a")).plus(key("key-2", "a")).keys())
        .hasMessageContaining("secret");
    assertThat(parse("{}").keys()).isEmpty();
  }

  private static GatewayKeys parse(String json) {
    return GatewayKeys.parse(json.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void rotationKeepsTheOldSecretForAWhile() {
    GatewayKey first = key("key-1", "a");
    String hash = TokenAuthenticator.hash("b");

    GatewayKey rotated = first.rotated(hash, NOW, NOW.plusSeconds(60));

    assertThat(rotated.secrets()).hasSize(2);
    assertThat(rotated.secrets().getFirst().isTaken(NOW.plusSeconds(59))).isTrue();
    assertThat(rotated.secrets().getFirst().isTaken(NOW.plusSeconds(60))).isFalse();
    assertThat(rotated.secrets().getLast().isTaken(NOW.plusSeconds(60))).isTrue();
    assertThat(first.rotated(hash, NOW, NOW).secrets())
        .extracting(GatewayKey.Secret::sha256)
        .containsExactly(hash);
    // A second rotation gives the oldest secret no more time than it had.
    GatewayKey again =
        rotated.rotated(TokenAuthenticator.hash("c"), NOW.plusSeconds(10), NOW.plusSeconds(90));
    assertThat(again.secrets().getFirst().expiresAt()).isEqualTo(NOW.plusSeconds(60));
  }

  @Test
  void statesFollowTheClock() {
    GatewayKey key = key("key-1", "a");
    assertThat(key.state(NOW)).isEqualTo(GatewayKey.State.ACTIVE);
    assertThat(key.state(NOW.plus(Duration.ofDays(1)))).isEqualTo(GatewayKey.State.EXPIRED);
    assertThat(key.revoked(NOW).state(NOW)).isEqualTo(GatewayKey.State.REVOKED);
    assertThat(key.revoked(NOW).revoked(NOW.plusSeconds(9)).revokedAt()).isEqualTo(NOW);
  }

  @Test
  void aKeyIsFoundByIdOrByAName() {
    GatewayKeys keys = GatewayKeys.NONE.plus(key("key-1", "a"));
    assertThat(keys.find("key-1")).isPresent();
    assertThat(keys.find("checkout")).isPresent();
    assertThat(keys.plus(key("key-2", "b")).find("checkout")).isEmpty();
    assertThat(GatewayKeys.newSecret()).startsWith(GatewayKey.PREFIX).hasSize(48);
  }
}
