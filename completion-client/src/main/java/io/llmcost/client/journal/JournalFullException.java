package io.llmcost.client.journal;

/** The journal holds as much as it may; there is room again when Kafka has acknowledged some. */
public final class JournalFullException extends JournalException {
  public JournalFullException(String message) {
    super(message);
  }
}
