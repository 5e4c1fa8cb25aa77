package io.llmcost.client.provider;

/**
 * A gross count taken apart into disjoint meters: each part takes at most what is left, in the
 * order in which parts are taken, and the rest stays with the plain meter.
 */
final class GrossSplit {
  private final UsageTally tally;
  private final String plainMeter;
  private long left;

  GrossSplit(UsageTally tally, String plainMeter, long gross) {
    this.tally = tally;
    this.plainMeter = plainMeter;
    left = tally.notNegative(gross);
  }

  GrossSplit part(String meter, long count) {
    long wanted = tally.notNegative(count);
    long taken = Math.min(wanted, left);
    if (taken < wanted) {
      tally.markInconsistent();
    }
    left -= taken;
    tally.add(meter, taken);
    return this;
  }

  /**
   * Takes a part that may overlap with one that was taken before: cached tokens are text or audio
   * as well, and not every provider says which.
   */
  GrossSplit overlapping(String meter, long count) {
    long taken = Math.min(tally.notNegative(count), left);
    left -= taken;
    tally.add(meter, taken);
    return this;
  }

  void rest() {
    tally.add(plainMeter, left);
  }
}
