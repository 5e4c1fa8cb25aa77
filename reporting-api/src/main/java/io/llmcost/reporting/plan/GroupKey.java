package io.llmcost.reporting.plan;

/** One {@code group_by}: a dimension, or the value of a tag of the caller's own. */
public sealed interface GroupKey {

  /** Prefix of a group by tag: {@code tag:team}. */
  String TAG = "tag:";

  /** Returns the name of the field that carries it in a result. */
  String field();

  /** Whether the quarter-hour rollup has it. */
  boolean inRollup();

  /** A dimension of the ledger. */
  record ByDimension(Dimension dimension) implements GroupKey {
    @Override
    public String field() {
      return dimension.field();
    }

    @Override
    public boolean inRollup() {
      return dimension.inRollup();
    }
  }

  /** The value of one tag. */
  record ByTag(String name) implements GroupKey {
    @Override
    public String field() {
      return TAG + name;
    }

    @Override
    public boolean inRollup() {
      return false;
    }
  }
}
