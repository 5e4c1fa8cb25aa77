package io.llmcost.chassis.security;

/** The authorities that endpoints ask for. */
public final class Authorities {
  public static final String EVENTS_WRITE = "events:write";
  public static final String REPORTS_READ = "reports:read";
  public static final String PRICES_WRITE = "prices:write";
  public static final String DEAD_LETTERS_REPLAY = "dead-letters:replay";

  private Authorities() {}
}
