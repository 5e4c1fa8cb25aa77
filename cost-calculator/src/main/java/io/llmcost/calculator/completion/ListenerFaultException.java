package io.llmcost.calculator.completion;

/**
 * An {@link Error} in the shape of an exception: Spring's container ends its consumer on an Error,
 * and goes on answering that it runs.
 */
final class ListenerFaultException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ListenerFaultException(Error error) {
    super(error.toString(), error);
  }
}
