package io.llmcost.schemas;

import java.util.Set;

/** Who counted the usage of an event: the values of {@code usage_source}. */
public final class UsageSources {
  /** The provider's own numbers. */
  public static final String PROVIDER = "provider";

  /** Counted by us, since the provider's numbers never came. */
  public static final String ESTIMATED = "estimated";

  /** Nobody: the answer held no usage. */
  public static final String NONE = "none";

  private static final Set<String> KNOWN = Set.of(PROVIDER, ESTIMATED, NONE);

  private UsageSources() {}

  /** Returns the sources that this version of the contract names. */
  public static Set<String> known() {
    return KNOWN;
  }
}
