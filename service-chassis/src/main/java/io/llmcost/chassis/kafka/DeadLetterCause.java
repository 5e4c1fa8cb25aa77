package io.llmcost.chassis.kafka;

/** Why a record was refused: the classes that operators sort dead letters by. */
public enum DeadLetterCause {
  /** The bytes are no event: no magic byte, unknown schema, truncated, null. */
  UNDECODABLE,
  /** An event that breaks the rules of the contract. */
  INVALID_EVENT,
  /** An event id that is in the ledger with another usage. */
  CONFLICT,
  /** Older than the months that are still open. */
  CLOSED_PERIOD,
  /** A correction or repricing of an event that is not in the ledger. */
  UNKNOWN_EVENT,
  /** Refused by the database for a reason that our own checks did not foresee. */
  REFUSED_BY_DATABASE,
  /** Too large for the next topic. */
  TOO_LARGE,
  /** Our own fault: the logic threw on this record. */
  UNEXPECTED
}
