package io.llmcost.recorder.store;

/**
 * The database says that a stream is elsewhere than this consumer thinks: another consumer took it
 * on, or a commit succeeded whose answer was lost. Read the position again and go on from there.
 */
public final class OffsetMovedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public OffsetMovedException(String message) {
    super(message);
  }
}
