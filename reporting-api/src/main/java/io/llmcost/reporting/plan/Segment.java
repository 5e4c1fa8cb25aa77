package io.llmcost.reporting.plan;

/** A part of a report's range and the table that it is read from. */
public record Segment(Source source, TimeRange range) {

  /** Where numbers come from. */
  public enum Source {
    /** Sums per quarter hour, by the dimensions that are in it. */
    ROLLUP,
    /** The ledger's entries, exact at any instant, by every dimension. */
    ENTRIES
  }
}
