package io.llmcost.recorder.ledger;

/**
 * A write failed because of what was written, not because of the state of things: no retry helps.
 */
public final class RefusedRecordException extends Exception {
  private static final long serialVersionUID = 1L;

  public RefusedRecordException(String message, Throwable cause) {
    super(message, cause);
  }
}
