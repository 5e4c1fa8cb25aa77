package io.llmcost.gateway.call;

import io.llmcost.gateway.key.KeyGrant;
import org.jspecify.annotations.Nullable;

/**
 * Who calls, and what becomes of what they showed.
 *
 * @param grant of their gateway key, or null
 * @param ours whether what they showed is the gateway's own: no provider may see it
 * @param providerKey the caller's own key for the provider, given apart; null where there is none
 */
record Admission(@Nullable KeyGrant grant, boolean ours, @Nullable String providerKey) {
  /** Whatever the caller showed is for the provider to judge. */
  static final Admission PASSED = new Admission(null, false, null);

  /** A token of this gateway. */
  static final Admission TOKEN = new Admission(null, true, null);

  /** A gateway key. */
  static Admission of(KeyGrant grant) {
    return new Admission(grant, true, null);
  }
}
