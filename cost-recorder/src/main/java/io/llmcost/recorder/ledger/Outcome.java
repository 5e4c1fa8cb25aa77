package io.llmcost.recorder.ledger;

/** What became of one received record; every record has exactly one. */
public enum Outcome {
  /** It added a row: an original, a repricing's difference or an estimate's replacement. */
  RECORDED,
  /** The ledger had it: a redelivery, whatever its price. */
  ALREADY_RECORDED,
  /** A repricing that moves nothing. */
  UNCHANGED,
  /** It is in the dead-letter topic, with its cause. */
  DEAD_LETTERED
}
