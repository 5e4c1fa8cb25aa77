package io.llmcost.gateway;

import io.llmcost.client.journal.JournalException;
import io.llmcost.gateway.key.KeyFileException;
import io.llmcost.gateway.server.CannotListenException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;

/** Says in a line why the gateway does not start, where the operator can mend it. */
final class StartFailure implements FailureAnalyzer {

  @Override
  public @Nullable FailureAnalysis analyze(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof CannotListenException) {
        return new FailureAnalysis(
            cause.getMessage(), "Free the port, or set LLMCOST_GATEWAY_PORT.", failure);
      }
      if (cause instanceof KeyFileException) {
        return new FailureAnalysis(
            cause.getMessage(),
            "Make it with ./llmcost keys add --file, mend it, or leave LLMCOST_GATEWAY_KEYS_FILE"
                + " out.",
            failure);
      }
      if (cause instanceof JournalException) {
        return new FailureAnalysis(
            cause.getMessage(),
            "Give each gateway a writable LLMCOST_GATEWAY_JOURNAL_DIR of its own.",
            failure);
      }
    }
    return null;
  }
}
