package io.llmcost.calculator.pricebook;

import io.llmcost.calculator.pricing.EffectiveRange;
import java.util.ArrayList;
import java.util.List;

/**
 * What a new price does to those of its key that stand: each one that it overlaps is superseded,
 * and what is left of it stays in force as a row of its own.
 *
 * @param ended indexes of the standing rows that are superseded
 * @param remainders what stays of them
 */
record Succession(List<Integer> ended, List<Remainder> remainders) {

  /** A range that one of the standing rows, by index, goes on being in force for. */
  record Remainder(int of, EffectiveRange range) {}

  /** A new price would take the place of one that begins with it or after it. */
  static final class Displaces extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final int standing;

    Displaces(int standing) {
      super("standing row " + standing + " begins with the new price or after it");
      this.standing = standing;
    }

    int standing() {
      return standing;
    }
  }

  /**
   * Plans the succession of {@code standing} by {@code added}.
   *
   * @param replace whether it may take the place of rows that begin with it or after it: without, a
   *     price only follows on earlier ones, and a scheduled price is not lost by accident
   * @throws Displaces naming the first such row otherwise
   */
  static Succession plan(List<EffectiveRange> standing, EffectiveRange added, boolean replace) {
    List<Integer> ended = new ArrayList<>();
    List<Remainder> remainders = new ArrayList<>();
    for (int i = 0; i < standing.size(); i++) {
      EffectiveRange range = standing.get(i);
      if (!range.overlaps(added)) {
        continue;
      }
      if (!replace && !range.from().isBefore(added.from())) {
        throw new Displaces(i);
      }
      ended.add(i);
      for (EffectiveRange left : range.without(added)) {
        remainders.add(new Remainder(i, left));
      }
    }
    return new Succession(ended, remainders);
  }
}
