package io.llmcost.chassis.security;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Takes a bearer token as it came and tells whose it is. Only hashes are held, so that neither
 * memory nor settings can leak a token.
 */
public final class TokenAuthenticator {

  private final Map<String, Caller> callersByHash;

  /**
   * @param tokens by role, entries as {@link SecuritySettings#tokens()} has them
   */
  public TokenAuthenticator(Map<Role, List<String>> tokens) {
    Map<String, Caller> callers = new HashMap<>();
    tokens.forEach(
        (role, entries) -> {
          for (String entry : entries) {
            int at = entry.indexOf('=');
            String hash = entry.substring(at + 1).toLowerCase(Locale.ROOT);
            String name =
                at > 0
                    ? entry.substring(0, at)
                    : role.name().toLowerCase(Locale.ROOT) + "-" + hash.substring(0, 8);
            callers.merge(hash, new Caller(name, role.authorities()), TokenAuthenticator::both);
          }
        });
    this.callersByHash = Map.copyOf(callers);
  }

  /** Returns the caller that {@code token} belongs to, or empty for a token that nobody has. */
  public Optional<Caller> authenticate(String token) {
    return Optional.ofNullable(callersByHash.get(hash(token)));
  }

  /** Returns what settings hold in place of {@code token}: its SHA-256 in lower-case hex. */
  public static String hash(String token) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  // One token with two roles has the authorities of both.
  private static Caller both(Caller one, Caller other) {
    var authorities = new java.util.HashSet<>(one.authorities());
    authorities.addAll(other.authorities());
    return new Caller(one.name(), authorities);
  }
}
