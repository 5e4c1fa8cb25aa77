package io.llmcost.recorder.ledger;

/**
 * Why a record cannot be in the ledger; it goes to the dead letters with its bytes.
 *
 * @param message for the operator: the field and the reason
 */
public record Refusal(Cause cause, String message) implements Reading {

  /** What an operator sorts dead letters by. */
  public enum Cause {
    /** The bytes are no event of this contract. */
    UNDECODABLE,
    /** Decoded, and breaks a rule of the contract. */
    INVALID,
    /** The same event_id with another completion digest. */
    CONFLICT,
    /** A repricing of an event that the ledger does not have. */
    UNKNOWN_EVENT,
    /** The event's month was sealed and dropped. */
    CLOSED_PERIOD,
    /** Passed every check here and was refused by PostgreSQL. */
    REFUSED_BY_DATABASE,
    /** The recorder itself failed on this record: a fault to be fixed, then replayed. */
    UNEXPECTED
  }
}
