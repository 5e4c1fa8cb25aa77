package io.llmcost.gateway.key;

import io.llmcost.chassis.gatewaykey.GatewayKey;
import io.llmcost.client.event.LlmCallContext;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one secret of a gateway key grants: which models, and what events say of its calls. Made
 * once for each state of the file, so that a call pays for a look-up alone.
 */
public final class KeyGrant {
  private final GatewayKey key;
  private final GatewayKey.Secret secret;
  private final List<ModelGlob> models;

  KeyGrant(GatewayKey key, GatewayKey.Secret secret) {
    this.key = key;
    this.secret = secret;
    this.models = key.models().stream().map(ModelGlob::new).toList();
  }

  /** Returns the key's id. */
  public String id() {
    return key.id();
  }

  /** Returns why the key is refused at {@code now}, or null where it is not. */
  public @Nullable String refusal(Instant now) {
    Instant revokedAt = key.revokedAt();
    if (revokedAt != null) {
      return "Gateway key " + key.id() + " was revoked at " + revokedAt + ".";
    }
    Instant end = key.expiresAt();
    if (end != null && !now.isBefore(end)) {
      return "Gateway key " + key.id() + " expired at " + end + ".";
    }
    return secret.isTaken(now)
        ? null
        : "This secret of gateway key " + key.id() + " was replaced; use the new one.";
  }

  /** Returns whether some models may not be called. */
  public boolean isRestricted() {
    return !models.isEmpty();
  }

  /** Returns whether {@code model} may be called. */
  public boolean allows(String model) {
    if (models.isEmpty()) {
      return true;
    }
    for (ModelGlob glob : models) {
      if (glob.matches(model)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns the context of a call: what the key says goes before what the caller {@code said},
   * unless the key trusts its callers.
   */
  public LlmCallContext over(LlmCallContext said) {
    boolean trusts = key.trustsHeaders();
    return new LlmCallContext(
        said.source(),
        first(said.project(), key.project(), trusts),
        first(said.userId(), key.userId(), trusts),
        first(said.requestType(), key.requestType(), trusts),
        said.trackableType(),
        said.trackableId(),
        key.id(),
        merged(said.tags(), trusts),
        said.metadata(),
        said.requestId());
  }

  private static @Nullable String first(
      @Nullable String said, @Nullable String own, boolean trusts) {
    if (said == null || own == null) {
      return own == null ? said : own;
    }
    return trusts ? said : own;
  }

  private Map<String, String> merged(Map<String, String> said, boolean trusts) {
    if (said.isEmpty() || key.tags().isEmpty()) {
      return said.isEmpty() ? key.tags() : said;
    }
    Map<String, String> all = new HashMap<>(trusts ? key.tags() : said);
    all.putAll(trusts ? said : key.tags());
    return all;
  }

  /** Names the key, never its hash. */
  @Override
  public String toString() {
    return "gateway key " + key.id();
  }
}
