package io.llmcost.client.journal;

/** A record could not be kept: a full disk, a directory in use. Nothing of it was stored. */
public class JournalException extends RuntimeException {
  public JournalException(String message) {
    super(message);
  }

  public JournalException(String message, Throwable cause) {
    super(message, cause);
  }
}
