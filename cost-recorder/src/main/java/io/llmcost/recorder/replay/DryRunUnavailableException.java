package io.llmcost.recorder.replay;

/** What a dry run needs does not answer now; the message says what. */
final class DryRunUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DryRunUnavailableException(String message) {
    super(message);
  }
}
