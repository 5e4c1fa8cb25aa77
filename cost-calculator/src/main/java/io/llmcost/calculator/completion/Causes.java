package io.llmcost.calculator.completion;

import io.llmcost.chassis.kafka.RegistryUnavailableException;
import java.io.IOException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaException;
import org.springframework.kafka.listener.ListenerExecutionFailedException;

/** Reads what a listener's failure was. */
final class Causes {

  private static final int MAX_CAUSES = 20;

  private Causes() {}

  /** Returns what the listener threw, without what Spring wraps it in. */
  static Throwable ofListener(Throwable thrown) {
    Throwable cause = thrown.getCause();
    boolean wrapped =
        thrown instanceof ListenerExecutionFailedException
            || thrown instanceof ListenerFaultException;
    return wrapped && cause != null ? ofListener(cause) : thrown;
  }

  /** Returns whether {@code cause} is something that is away, and no fault of this service. */
  static boolean isOutage(Throwable cause) {
    Throwable at = cause;
    for (int depth = 0; at != null && depth < MAX_CAUSES; depth++, at = at.getCause()) {
      if (at instanceof KafkaException
          || at instanceof RegistryUnavailableException
          || at instanceof IOException
          || at instanceof TimeoutException) {
        return true;
      }
    }
    return false;
  }
}
