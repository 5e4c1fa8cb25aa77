package io.llmcost.chassis.security;

import java.util.Set;

/**
 * Who calls, and what they may do.
 *
 * @param name what an audit records: the token's name, never the token
 * @param authorities as {@link Authorities} names them
 */
public record Caller(String name, Set<String> authorities) {
  public Caller {
    authorities = Set.copyOf(authorities);
  }

  /** Returns whether this caller has {@code authority}. */
  public boolean may(String authority) {
    return authorities.contains(authority);
  }
}
