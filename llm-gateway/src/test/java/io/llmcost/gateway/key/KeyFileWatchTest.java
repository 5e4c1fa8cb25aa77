package io.llmcost.gateway.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.llmcost.chassis.gatewaykey.GatewayKey;
import io.llmcost.chassis.gatewaykey.GatewayKeyFile;
import io.llmcost.chassis.security.TokenAuthenticator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A key file that changes under a running gateway. */
class KeyFileWatchTest {
  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
  private static final Duration OFTEN = Duration.ofMillis(10);

  @TempDir private Path directory;

  private static GatewayKey key(String id, String secret) {
    return new GatewayKey(
        id,
        id,
        List.of(new GatewayKey.Secret(TokenAuthenticator.hash(secret), NOW, null)),
        null,
        null,
        null,
        Map.of(),
        List.of(),
        false,
        NOW,
        null,
        null);
  }

  @Test
  void aChangeIsSeenAndABrokenFileChangesNothing() throws Exception {
    GatewayKeyFile file = new GatewayKeyFile(directory.resolve("keys.json"));
    file.update(none -> none.plus(key("one", "llmc_1")));
    KeyRing ring = new KeyRing();
    try (KeyFileWatch watch = KeyFileWatch.start(file, ring, OFTEN)) {
      assertThat(ring.find("llmc_1")).hasToString("gateway key one");
      assertThat(ring.find("llmc_2")).isNull();

      file.update(keys -> keys.plus(key("two", "llmc_2")));
      await().until(() -> ring.find("llmc_2") != null);
      assertThat(ring.active(NOW)).isEqualTo(2);

      Files.writeString(file.path(), "{broken");
      await().until(watch::isStale);
      assertThat(ring.active(NOW)).isEqualTo(2);

      Files.delete(file.path());
      file.update(none -> none.plus(key("three", "llmc_3")));
      await().until(() -> ring.find("llmc_3") != null);
      assertThat(ring.find("llmc_1")).isNull();
      await().until(() -> !watch.isStale());
    }
  }

  @Test
  void aGatewayDoesNotStartWithoutItsKeys() {
    Path missing = directory.resolve("none.json");
    assertThatThrownBy(() -> KeyFileWatch.start(new GatewayKeyFile(missing), new KeyRing(), OFTEN))
        .isInstanceOf(KeyFileException.class)
        .hasMessageContaining("none.json")
        .hasMessageContaining("NoSuchFileException");
  }

  @Test
  void globs() {
    assertThat(new ModelGlob("gpt-4o*").matches("GPT-4o-mini")).isTrue();
    assertThat(new ModelGlob("gpt-4o*").matches("gpt-4")).isFalse();
    assertThat(new ModelGlob("*").matches("")).isTrue();
    assertThat(new ModelGlob("*claude*sonnet*").matches("eu.anthropic.claude-3-sonnet-v1"))
        .isTrue();
    assertThat(new ModelGlob("*claude*sonnet").matches("claude-sonnet-4")).isFalse();
    assertThat(new ModelGlob("gpt-5").matches("gpt-5-mini")).isFalse();
    assertThat(new ModelGlob("a.c").matches("abc")).isFalse();
    assertThat(new ModelGlob("*a*a*a*b").matches("a".repeat(5_000))).isFalse();
  }
}
