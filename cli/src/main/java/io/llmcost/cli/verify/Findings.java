package io.llmcost.cli.verify;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** How often something was found, and the first few by name. */
final class Findings {
  private static final int EXAMPLES = 5;

  private final List<String> examples = new ArrayList<>();
  private long count;

  void add(String what) {
    if (count++ < EXAMPLES) {
      examples.add(what);
    }
  }

  /** None of it may be found. */
  Check none(String name) {
    return Check.none(name, count, examples);
  }

  /** No more of it than {@code most} may be found. */
  Check atMost(String name, long most) {
    return new Check(
        name,
        BigDecimal.valueOf(count),
        Check.Relation.AT_MOST,
        BigDecimal.valueOf(most),
        "",
        examples);
  }
}
