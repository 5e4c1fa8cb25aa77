package io.llmcost.recorder.store;

/** PostgreSQL is away, or busy in a way that passes: nothing was written, try the same again. */
public final class StoreUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  StoreUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
