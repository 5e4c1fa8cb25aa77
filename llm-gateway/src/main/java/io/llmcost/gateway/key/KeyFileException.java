package io.llmcost.gateway.key;

/** The gateway's keys cannot be read at its start; the message says why. */
public final class KeyFileException extends RuntimeException {
  KeyFileException(String message, Throwable cause) {
    super(message, cause);
  }
}
