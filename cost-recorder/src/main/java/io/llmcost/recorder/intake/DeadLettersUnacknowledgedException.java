package io.llmcost.recorder.intake;

/** Kafka did not take a batch's dead letters: the batch must not be committed, and comes again. */
final class DeadLettersUnacknowledgedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DeadLettersUnacknowledgedException(Throwable cause) {
    super("Kafka does not take dead letters: " + cause, cause);
  }
}
