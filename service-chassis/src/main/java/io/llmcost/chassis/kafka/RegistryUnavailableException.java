package io.llmcost.chassis.kafka;

/**
 * The schema registry is away, or refuses this service as such: wait and read the same record
 * again; it is no dead letter.
 */
public final class RegistryUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int FIRST_CLIENT_ERROR = 400;
  private static final int FIRST_SERVER_ERROR = 500;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int REQUEST_TIMEOUT = 408;

  /**
   * @param status what the registry answered with; 0 where it did not answer
   */
  RegistryUnavailableException(Throwable cause, int status) {
    super(
        refusesUs(status)
            ? "the schema registry refuses this service with HTTP %d: mend its settings, records wait: %s"
                .formatted(status, cause.getMessage())
            : "the schema registry does not answer: " + cause.getMessage(),
        cause);
  }

  private static boolean refusesUs(int status) {
    return status >= FIRST_CLIENT_ERROR
        && status < FIRST_SERVER_ERROR
        && status != TOO_MANY_REQUESTS
        && status != REQUEST_TIMEOUT;
  }
}
