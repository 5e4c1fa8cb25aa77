package io.llmcost.chassis.gatewaykey;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A key of a gateway: who its holder is, what events say of the calls, and what may be called. The
 * key itself is not here, only the hash of it, or of both while it is being rotated.
 *
 * @param id what events name as their {@code api_key_id}; stays through rotations
 * @param name for people
 * @param secrets the hashes, newest last
 * @param project said of every call; so are user, request type and tags
 * @param models names that may be called, {@code *} standing for any text; all where empty
 * @param trustsHeaders whether the caller's own {@code x-llmcost-*} headers go before what is said
 *     here, so that one key can serve many projects
 * @param expiresAt from when it is refused, or null
 * @param revokedAt since when it is refused, or null
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record GatewayKey(
    String id,
    String name,
    List<Secret> secrets,
    @Nullable String project,
    @Nullable String userId,
    @Nullable String requestType,
    Map<String, String> tags,
    List<String> models,
    boolean trustsHeaders,
    Instant createdAt,
    @Nullable Instant expiresAt,
    @Nullable Instant revokedAt) {

  /** What every key begins with, so that one is known for what it is, also in a leaked file. */
  public static final String PREFIX = "llmc_";

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  /**
   * A hash that a key is known by.
   *
   * @param sha256 of the whole key, in lower-case hex
   * @param expiresAt until when it is taken beside a newer one, or null
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Secret(String sha256, Instant createdAt, @Nullable Instant expiresAt) {
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

    public Secret {
      if (sha256 == null || !HASH.matcher(sha256).matches()) {
        // The text itself stays out of the message: it may be a key put here by mistake.
        throw new IllegalArgumentException("sha256 has to be 64 lower-case hex digits");
      }
      require(createdAt != null, "created_at is missing");
    }

    /** Returns whether a call with it is taken at {@code now}. */
    public boolean isTaken(Instant now) {
      return expiresAt == null || now.isBefore(expiresAt);
    }

    private Secret until(Instant time) {
      return expiresAt != null && expiresAt.isBefore(time)
          ? this
          : new Secret(sha256, createdAt, time);
    }
  }

  /** What becomes of a call with the key. */
  public enum State {
    ACTIVE,
    EXPIRED,
    REVOKED
  }

  public GatewayKey {
    require(id != null && ID.matcher(id).matches(), "id has to match " + ID.pattern());
    require(name != null && !name.isBlank() && name.length() <= 200, id + ": name is missing");
    require(createdAt != null, id + ": created_at is missing");
    secrets = secrets == null ? List.of() : List.copyOf(secrets);
    require(!secrets.isEmpty(), id + ": it has no secret");
    tags = tags == null ? Map.of() : Map.copyOf(tags);
    models = models == null ? List.of() : List.copyOf(models);
    require(models.stream().noneMatch(String::isBlank), id + ": one of its models is blank");
  }

  private static void require(boolean condition, String otherwise) {
    if (!condition) {
      throw new IllegalArgumentException(otherwise);
    }
  }

  /** Returns whether the key may be used at {@code now}. */
  public State state(Instant now) {
    if (revokedAt != null) {
      return State.REVOKED;
    }
    boolean expired = expiresAt != null && !now.isBefore(expiresAt);
    return expired || secrets.stream().noneMatch(secret -> secret.isTaken(now))
        ? State.EXPIRED
        : State.ACTIVE;
  }

  /** Returns the key with a new secret; those before are taken until {@code until}. */
  public GatewayKey rotated(String sha256, Instant now, Instant until) {
    List<Secret> kept =
        new ArrayList<>(
            secrets.stream()
                .filter(secret -> secret.isTaken(now))
                .map(secret -> secret.until(until))
                .filter(secret -> secret.isTaken(now))
                .toList());
    kept.add(new Secret(sha256, now, null));
    return with(kept, revokedAt);
  }

  /** Returns the key as it is once revoked; a second time changes nothing. */
  public GatewayKey revoked(Instant now) {
    return with(secrets, revokedAt == null ? now : revokedAt);
  }

  private GatewayKey with(List<Secret> newSecrets, @Nullable Instant newRevokedAt) {
    return new GatewayKey(
        id,
        name,
        newSecrets,
        project,
        userId,
        requestType,
        tags,
        models,
        trustsHeaders,
        createdAt,
        expiresAt,
        newRevokedAt);
  }
}
