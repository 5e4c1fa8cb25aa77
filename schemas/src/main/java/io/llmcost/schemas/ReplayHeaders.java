package io.llmcost.schemas;

/**
 * Kafka record headers of a replayed dead letter, UTF-8. They go with the record through both hops,
 * so that its end is known to the dead letter that it came from.
 */
public final class ReplayHeaders {
  /** What all of them begin with. */
  public static final String PREFIX = "x-replay-";

  /** The replay, a UUID. */
  public static final String ID = PREFIX + "id";

  /** How often this dead letter has been replayed, this time counted: 1, 2, … */
  public static final String COUNT = PREFIX + "count";

  /** The dead letter, a UUID. */
  public static final String SOURCE = PREFIX + "source";

  /** Who asked for the replay. */
  public static final String BY = PREFIX + "by";

  /** When the record was sent again, RFC 3339. */
  public static final String AT = PREFIX + "at";

  private ReplayHeaders() {}
}
