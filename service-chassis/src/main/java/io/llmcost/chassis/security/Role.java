package io.llmcost.chassis.security;

import java.util.Set;

/** What a token may be for, and the authorities that it brings. */
public enum Role {
  /** Services that emit events. */
  EMITTER(Authorities.EVENTS_WRITE),
  /** People and dashboards that read: every GET of all services, and estimates. */
  READER(Authorities.REPORTS_READ),
  /** Those who answer for prices: repricings and corrections too. */
  PRICE_ADMIN(Authorities.REPORTS_READ, Authorities.PRICES_WRITE),
  /** Those who replay and discard dead letters. */
  OPERATOR(Authorities.REPORTS_READ, Authorities.DEAD_LETTERS_REPLAY);

  @SuppressWarnings("ImmutableEnumChecker") // Set.of, which its type does not tell
  private final Set<String> authorities;

  Role(String... authorities) {
    this.authorities = Set.of(authorities);
  }

  /** Returns the authorities of this role, as {@link Authorities} names them. */
  public Set<String> authorities() {
    return authorities;
  }
}
