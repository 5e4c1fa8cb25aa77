package io.llmcost.recorder.deadletter;

import java.util.Locale;

/** Where a dead letter stands. */
public enum LetterState {
  /** Waits for an operator. */
  OPEN,
  /** Selected by a replay that has not sent it yet. */
  QUEUED,
  /** Sent again; what becomes of it is not known yet. */
  REPLAYING,
  /** In the ledger: the end of every letter that was brought in. */
  RECORDED,
  /** Failed so often that only an explicit wish replays it. */
  PARKED,
  /** Given up by an operator, with a reason. */
  DISCARDED;

  /** As in the database and in JSON. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
