package io.llmcost.localstack;

/** Why a part of the stack cannot run: its message is one line for the person who started it. */
public final class StackException extends RuntimeException {
  public StackException(String message) {
    super(message);
  }

  public StackException(String message, Throwable cause) {
    super(message, cause);
  }
}
