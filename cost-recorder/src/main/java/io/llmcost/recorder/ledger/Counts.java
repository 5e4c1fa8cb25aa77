package io.llmcost.recorder.ledger;

/**
 * How many records came and what became of them; a value in which the two differ cannot be made.
 *
 * @param priceDiffers how many of {@code alreadyRecorded} came with another total than the recorded
 */
public record Counts(
    long received,
    long recorded,
    long alreadyRecorded,
    long unchanged,
    long deadLettered,
    long priceDiffers) {

  public static final Counts NONE = new Counts(0, 0, 0, 0, 0, 0);

  public Counts {
    if (received != recorded + alreadyRecorded + unchanged + deadLettered) {
      throw new IllegalArgumentException(
          "received %d but recorded %d + already_recorded %d + unchanged %d + dead_lettered %d"
              .formatted(received, recorded, alreadyRecorded, unchanged, deadLettered));
    }
    if (priceDiffers > alreadyRecorded) {
      throw new IllegalArgumentException(
          "price_differs %d above already_recorded %d".formatted(priceDiffers, alreadyRecorded));
    }
  }

  /** Returns these counts with one more record that came and ended as {@code verdict} says. */
  public Counts plus(Verdict verdict) {
    return plus(
        switch (verdict.outcome()) {
          case RECORDED -> new Counts(1, 1, 0, 0, 0, 0);
          case ALREADY_RECORDED ->
              new Counts(
                  1,
                  0,
                  1,
                  0,
                  0,
                  verdict instanceof Verdict.AlreadyRecorded(boolean differs) && differs ? 1 : 0);
          case UNCHANGED -> new Counts(1, 0, 0, 1, 0, 0);
          case DEAD_LETTERED -> new Counts(1, 0, 0, 0, 1, 0);
        });
  }

  public Counts plus(Counts other) {
    return new Counts(
        received + other.received,
        recorded + other.recorded,
        alreadyRecorded + other.alreadyRecorded,
        unchanged + other.unchanged,
        deadLettered + other.deadLettered,
        priceDiffers + other.priceDiffers);
  }
}
