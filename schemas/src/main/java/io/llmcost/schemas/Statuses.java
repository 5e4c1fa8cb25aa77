package io.llmcost.schemas;

import java.util.Set;

/** How a call ended: the values of {@code status}. Strings, so that a new one needs no schema. */
public final class Statuses {
  public static final String SUCCEEDED = "succeeded";
  public static final String FAILED = "failed";

  /** The caller hung up before the answer's end. */
  public static final String CANCELLED = "cancelled";

  private static final Set<String> KNOWN = Set.of(SUCCEEDED, FAILED, CANCELLED);

  private Statuses() {}

  /** Returns the statuses that this version of the contract names. */
  public static Set<String> known() {
    return KNOWN;
  }
}
