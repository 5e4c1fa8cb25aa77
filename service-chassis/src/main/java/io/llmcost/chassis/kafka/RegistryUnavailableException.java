package io.llmcost.chassis.kafka;

/** The schema registry is away: wait and read the same record again; it is no dead letter. */
public final class RegistryUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RegistryUnavailableException(Throwable cause) {
    super("the schema registry does not answer: " + cause.getMessage(), cause);
  }
}
