package io.llmcost.cli.terminal;

/**
 * Ends a command: the message is the one line that stderr shows, so it says what is wrong and what
 * to do.
 */
public final class CommandFailure extends RuntimeException {
  public CommandFailure(String message) {
    super(message);
  }

  public CommandFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
