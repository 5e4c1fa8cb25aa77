package io.llmcost.gateway.key;

import io.llmcost.chassis.gatewaykey.GatewayKey;
import io.llmcost.chassis.gatewaykey.GatewayKeys;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The keys in force, found by the hash of what a caller sends: what takes time then tells nothing
 * of any key, since nobody can choose a hash. For any number of threads.
 */
public final class KeyRing {

  /** A SHA-256 as a map's key. */
  private record Digest(long a, long b, long c, long d) {
    static Digest of(byte[] bytes) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      return new Digest(buffer.getLong(), buffer.getLong(), buffer.getLong(), buffer.getLong());
    }
  }

  private volatile Map<Digest, KeyGrant> grants = Map.of();
  private volatile GatewayKeys keys = GatewayKeys.NONE;

  /** Puts {@code newKeys} in the place of all that there were, at once. */
  public void replace(GatewayKeys newKeys) {
    Map<Digest, KeyGrant> all = new HashMap<>();
    for (GatewayKey key : newKeys.keys()) {
      for (GatewayKey.Secret secret : key.secrets()) {
        byte[] hash = HexFormat.of().parseHex(secret.sha256());
        all.put(Digest.of(hash), new KeyGrant(key, secret));
      }
    }
    grants = Map.copyOf(all);
    keys = newKeys;
  }

  /**
   * Returns whose {@code secret} is; null where it is no key of this gateway's. What does not even
   * look like one costs no hash.
   */
  public @Nullable KeyGrant find(String secret) {
    if (!secret.startsWith(GatewayKey.PREFIX)) {
      return null;
    }
    return grants.get(Digest.of(sha256(secret)));
  }

  /** Returns whether there is no key at all. */
  public boolean isEmpty() {
    return grants.isEmpty();
  }

  /** Returns how many keys may be used at {@code now}. */
  public long active(Instant now) {
    return keys.keys().stream().filter(key -> key.state(now) == GatewayKey.State.ACTIVE).count();
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
