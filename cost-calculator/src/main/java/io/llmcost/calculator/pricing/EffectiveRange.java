package io.llmcost.calculator.pricing;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * When a row is in force: from an instant on, up to but not at another.
 *
 * @param from {@link Instant#MIN} where there is no beginning
 * @param to {@link Instant#MAX} where there is no end
 */
public record EffectiveRange(Instant from, Instant to) {

  /** From the beginning of time, without an end. */
  public static final EffectiveRange ALWAYS = new EffectiveRange(Instant.MIN, Instant.MAX);

  public EffectiveRange {
    if (!from.isBefore(to)) {
      throw new IllegalArgumentException("a range must end after it begins: " + from + ", " + to);
    }
  }

  /** Returns whether {@code at} is in this range. */
  public boolean contains(Instant at) {
    return !at.isBefore(from) && at.isBefore(to);
  }

  /** Returns whether some instant is in both ranges. */
  public boolean overlaps(EffectiveRange other) {
    return from.isBefore(other.to) && other.from.isBefore(to);
  }

  /** Returns what is left of this range without {@code cut}: none, one or two ranges. */
  public List<EffectiveRange> without(EffectiveRange cut) {
    List<EffectiveRange> left = new ArrayList<>(2);
    if (!overlaps(cut)) {
      left.add(this);
      return left;
    }
    if (from.isBefore(cut.from)) {
      left.add(new EffectiveRange(from, cut.from));
    }
    if (cut.to.isBefore(to)) {
      left.add(new EffectiveRange(cut.to, to));
    }
    return left;
  }
}
