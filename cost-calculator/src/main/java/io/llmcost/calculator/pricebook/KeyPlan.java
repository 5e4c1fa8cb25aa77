package io.llmcost.calculator.pricebook;

import io.llmcost.calculator.pricebook.Standing.StandingPrice;
import io.llmcost.calculator.pricing.EffectiveRange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What an import does to the prices of one key.
 *
 * @param additions new rows, each only over the time in which the book says otherwise
 * @param ended standing rows that lose time without a successor
 * @param cuts what standing rows lose
 */
record KeyPlan(List<Addition> additions, List<StandingPrice> ended, List<EffectiveRange> cuts) {

  /**
   * A rate that a list asks for.
   *
   * @param row where the list has it
   * @param dated whether the list itself says from when
   */
  record Wanted(String row, NewPrice price, boolean dated) {}

  /**
   * A row to insert.
   *
   * @param replaced the standing rows of which it takes time; none for an added price
   */
  record Addition(String row, NewPrice price, List<StandingPrice> replaced) {}

  boolean isEmpty() {
    return additions.isEmpty() && ended.isEmpty();
  }

  /**
   * Plans one key.
   *
   * @param wanted of which no two overlap
   * @param standing of which no two overlap
   */
  static KeyPlan of(List<Wanted> wanted, List<StandingPrice> standing) {
    List<Addition> additions = new ArrayList<>();
    List<StandingPrice> ended = new ArrayList<>();
    List<EffectiveRange> cuts = new ArrayList<>();
    for (Wanted want : wanted) {
      for (EffectiveRange piece : different(want, standing)) {
        additions.add(
            new Addition(
                want.row(),
                want.price().over(piece),
                standing.stream().filter(row -> row.effective().overlaps(piece)).toList()));
        cuts.add(piece);
      }
      for (StandingPrice row : standing) {
        List<EffectiveRange> tail = tail(want, row, wanted);
        if (!tail.isEmpty()) {
          ended.add(row);
          cuts.addAll(tail);
        }
      }
    }
    return new KeyPlan(additions, ended, cuts);
  }

  /** Returns what stays of {@code row}: itself alone where nothing is cut from it. */
  List<EffectiveRange> remaindersOf(StandingPrice row) {
    List<EffectiveRange> left = List.of(row.effective());
    for (EffectiveRange cut : cuts) {
      left = without(left, cut);
    }
    return left;
  }

  // Where the book says the same already nothing is to be done; nor after the beginning of a
  // standing price that is still to come, unless the list has a date for what it says.
  private static List<EffectiveRange> different(Wanted want, List<StandingPrice> standing) {
    List<EffectiveRange> pieces = List.of(want.price().effective());
    for (StandingPrice row : standing) {
      boolean same = row.active() && row.terms().sameRateAs(want.price());
      boolean later =
          !want.dated() && row.effective().from().isAfter(want.price().effective().from());
      if (same || later) {
        pieces = without(pieces, row.effective());
      }
    }
    return pieces;
  }

  // A list that says when a rate ends ends the standing row that it names, where nothing follows.
  private static List<EffectiveRange> tail(Wanted want, StandingPrice row, List<Wanted> wanted) {
    EffectiveRange range = want.price().effective();
    Instant end = range.to();
    if (!row.active() || !row.effective().overlaps(range) || !end.isBefore(row.effective().to())) {
      return List.of();
    }
    List<EffectiveRange> tail = List.of(new EffectiveRange(end, row.effective().to()));
    for (Wanted other : wanted) {
      tail = without(tail, other.price().effective());
    }
    return tail;
  }

  private static List<EffectiveRange> without(List<EffectiveRange> ranges, EffectiveRange cut) {
    List<EffectiveRange> left = new ArrayList<>();
    ranges.forEach(range -> left.addAll(range.without(cut)));
    return left;
  }
}
