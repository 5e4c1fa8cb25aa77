package io.llmcost.schemas;

import java.util.List;

/** How a line, or a whole event, was priced: the values of {@code cost_status}. */
public final class CostStatuses {
  /** No price was found; the amount is unknown, which is not the same as zero. */
  public static final String UNPRICED = "UNPRICED";

  /** Only the provider's or the global default entry covered the model. */
  public static final String FALLBACK = "FALLBACK";

  /** A price of the model was found. */
  public static final String PRICED = "PRICED";

  /** The price is explicitly zero. */
  public static final String FREE = "FREE";

  /** A correction took the event back: it counts for nothing. Of events only, never of a line. */
  public static final String VOID = "VOID";

  private static final List<String> WORST_FIRST = List.of(UNPRICED, FALLBACK, PRICED, FREE);

  private CostStatuses() {}

  /** Returns the statuses that a price can give, the worst first. */
  public static List<String> worstFirst() {
    return WORST_FIRST;
  }

  /**
   * Returns the worse of two statuses.
   *
   * @throws IllegalArgumentException if either is not of this contract
   */
  public static String worse(String one, String other) {
    return rank(one) <= rank(other) ? one : other;
  }

  private static int rank(String status) {
    int rank = WORST_FIRST.indexOf(status);
    if (rank < 0) {
      throw new IllegalArgumentException("unknown cost status " + status);
    }
    return rank;
  }
}
