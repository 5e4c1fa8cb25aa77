package io.llmcost.chassis.security;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings {@code llmcost.security.*}.
 *
 * @param tokens by role, SHA-256 hashes of the tokens in hex, each optionally with the name that
 *     audits show: {@code alice=<64 hex digits>}. Tokens must be long and random, since a plain
 *     hash of a guessable one can be guessed
 * @param jwtIssuer issuer whose JWTs are taken beside the static tokens; none unless set
 * @param jwtAuthoritiesClaim claim of such a JWT that lists authorities
 */
@ConfigurationProperties(prefix = "llmcost.security", ignoreUnknownFields = false)
public record SecuritySettings(
    @DefaultValue Map<Role, List<String>> tokens,
    @Nullable String jwtIssuer,
    @DefaultValue("scope") String jwtAuthoritiesClaim) {

  private static final Pattern ENTRY = Pattern.compile("(?:[^=\\s]{1,100}=)?[0-9a-fA-F]{64}");

  public SecuritySettings {
    tokens = Map.copyOf(tokens);
    jwtIssuer = jwtIssuer == null || jwtIssuer.isBlank() ? null : jwtIssuer;
    tokens.forEach(
        (role, entries) -> {
          for (String entry : entries) {
            if (!ENTRY.matcher(entry).matches()) {
              // The entry itself stays out of the message: it may be a token put here by mistake.
              throw new IllegalArgumentException(
                  "llmcost.security.tokens."
                      + role.name().toLowerCase(Locale.ROOT).replace('_', '-')
                      + " takes SHA-256 hashes in hex, optionally as name=hash; an entry is"
                      + " neither");
            }
          }
        });
  }
}
