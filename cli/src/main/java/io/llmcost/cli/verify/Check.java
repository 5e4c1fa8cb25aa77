package io.llmcost.cli.verify;

import java.math.BigDecimal;
import java.util.List;

/**
 * Two numbers and how they must stand to each other.
 *
 * @param note what the numbers are made of, or why one may be larger; may be empty
 * @param examples the first of what is wrong, named; empty where all is well
 */
record Check(
    String name,
    BigDecimal left,
    Relation relation,
    BigDecimal right,
    String note,
    List<String> examples) {

  /** How the left number must stand to the right one. */
  enum Relation {
    EQUAL("="),
    AT_MOST("<=");

    private final String sign;

    Relation(String sign) {
      this.sign = sign;
    }

    String sign() {
      return sign;
    }
  }

  Check {
    examples = List.copyOf(examples);
  }

  static Check equal(String name, BigDecimal left, BigDecimal right) {
    return new Check(name, left, Relation.EQUAL, right, "", List.of());
  }

  static Check equal(String name, long left, long right) {
    return equal(name, BigDecimal.valueOf(left), BigDecimal.valueOf(right));
  }

  static Check atMost(String name, long left, long right) {
    return new Check(
        name, BigDecimal.valueOf(left), Relation.AT_MOST, BigDecimal.valueOf(right), "", List.of());
  }

  /** There must be none of something; {@code examples} are the first of them. */
  static Check none(String name, long count, List<String> examples) {
    return new Check(
        name, BigDecimal.valueOf(count), Relation.EQUAL, BigDecimal.ZERO, "", examples);
  }

  Check with(String newNote) {
    return new Check(name, left, relation, right, newNote, examples);
  }

  boolean holds() {
    int order = left.compareTo(right);
    return switch (relation) {
      case EQUAL -> order == 0;
      case AT_MOST -> order <= 0;
    };
  }
}
