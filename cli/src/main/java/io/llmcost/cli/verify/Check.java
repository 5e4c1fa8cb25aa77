package io.llmcost.cli.verify;

import java.math.BigDecimal;

/** Two numbers that must be the same. */
record Check(String name, BigDecimal left, BigDecimal right) {
  static Check equal(String name, BigDecimal left, BigDecimal right) {
    return new Check(name, left, right);
  }

  static Check equal(String name, long left, long right) {
    return new Check(name, BigDecimal.valueOf(left), BigDecimal.valueOf(right));
  }

  boolean holds() {
    return left.compareTo(right) == 0;
  }
}
