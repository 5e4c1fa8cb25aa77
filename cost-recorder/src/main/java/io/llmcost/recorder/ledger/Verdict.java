package io.llmcost.recorder.ledger;

import java.util.UUID;

/** What the ledger does with one record, decided in memory before anything is written. */
public sealed interface Verdict {

  Outcome outcome();

  /** A new event: revision 0. */
  record Original(Costing costing) implements Verdict {
    @Override
    public Outcome outcome() {
      return Outcome.RECORDED;
    }
  }

  /**
   * The next revision of an event that the ledger has.
   *
   * @param costing the target
   * @param difference target − current, what the row carries
   * @param dimensions what revision 0 is counted under, and so this too
   * @param status revision 0's
   */
  record Revision(
      Costing costing,
      int revision,
      UUID repricingId,
      Amounts difference,
      RollupKey dimensions,
      String status)
      implements Verdict {
    @Override
    public Outcome outcome() {
      return Outcome.RECORDED;
    }
  }

  /**
   * A redelivery.
   *
   * @param priceDiffers whether it came with another total than the one recorded first
   */
  record AlreadyRecorded(boolean priceDiffers) implements Verdict {
    @Override
    public Outcome outcome() {
      return Outcome.ALREADY_RECORDED;
    }
  }

  /** A repricing that moves nothing, and is remembered so that it never does. */
  record Unchanged(UUID eventId, UUID repricingId) implements Verdict {
    @Override
    public Outcome outcome() {
      return Outcome.UNCHANGED;
    }
  }

  /** For the dead letters. */
  record Refused(Refusal refusal) implements Verdict {
    @Override
    public Outcome outcome() {
      return Outcome.DEAD_LETTERED;
    }
  }
}
