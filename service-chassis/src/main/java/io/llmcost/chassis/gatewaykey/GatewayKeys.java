package io.llmcost.chassis.gatewaykey;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * All keys of a gateway, as its file holds them: JSON, {@code {"keys": [...]}}, the fields of
 * {@link GatewayKey} in snake_case. An unknown field is refused: a restriction that is misspelt
 * must not be none.
 */
public record GatewayKeys(List<GatewayKey> keys) {
  private static final int SECRET_BYTES = 32;
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  /** No keys. */
  public static final GatewayKeys NONE = new GatewayKeys(List.of());

  /** Refuses two keys of one id, and one secret of two keys. */
  public GatewayKeys {
    keys = keys == null ? List.of() : List.copyOf(keys);
    Set<String> seen = new HashSet<>();
    for (GatewayKey key : keys) {
      if (!seen.add(key.id())) {
        throw new IllegalArgumentException("two keys have the id " + key.id());
      }
      for (GatewayKey.Secret secret : key.secrets()) {
        if (!seen.add(secret.sha256())) {
          throw new IllegalArgumentException(key.id() + " has a secret that is there already");
        }
      }
    }
  }

  /**
   * Reads a file's content.
   *
   * @throws IllegalArgumentException it is not of that form; the message quotes none of it
   */
  public static GatewayKeys parse(byte[] json) {
    try {
      return JSON.readValue(json, GatewayKeys.class);
    } catch (JacksonException e) {
      var at = e.getLocation();
      String where = at == null ? "" : " (line " + at.getLineNr() + ")";
      throw new IllegalArgumentException(reason(e) + where, e);
    }
  }

  private static String reason(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof IllegalArgumentException refused && refused.getMessage() != null) {
        return refused.getMessage();
      }
    }
    return e instanceof tools.jackson.databind.exc.PropertyBindingException unknown
        ? "unknown field " + unknown.getPropertyName()
        : "is no JSON of keys";
  }

  /** Returns the file's content. */
  public byte[] toJson() {
    return JSON.writeValueAsBytes(this);
  }

  /** Returns a new secret: 256 random bits, which is why a plain hash of it tells nothing. */
  public static String newSecret() {
    byte[] bytes = new byte[SECRET_BYTES];
    RANDOM.nextBytes(bytes);
    return GatewayKey.PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** Returns the key with this id or, where only one has it, this name. */
  public Optional<GatewayKey> find(String idOrName) {
    Optional<GatewayKey> byId = keys.stream().filter(key -> key.id().equals(idOrName)).findFirst();
    if (byId.isPresent()) {
      return byId;
    }
    List<GatewayKey> named = keys.stream().filter(key -> key.name().equals(idOrName)).toList();
    return named.size() == 1 ? Optional.of(named.getFirst()) : Optional.empty();
  }

  /** Returns these and {@code key}. */
  public GatewayKeys plus(GatewayKey key) {
    List<GatewayKey> more = new ArrayList<>(keys);
    more.add(key);
    return new GatewayKeys(more);
  }

  /** Returns these with the key of {@code id} changed. */
  public GatewayKeys with(String id, UnaryOperator<GatewayKey> change) {
    return new GatewayKeys(
        keys.stream().map(key -> key.id().equals(id) ? change.apply(key) : key).toList());
  }
}
