package io.llmcost.recorder.intake;

import org.jspecify.annotations.Nullable;

/** A dead letter's reason in the form that its headers are made from; has no stack of its own. */
final class RecordRefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  RecordRefusedException(String message, @Nullable Throwable cause) {
    super(message, cause, false, false);
  }
}
