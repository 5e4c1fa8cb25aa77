package io.llmcost.gateway.server;

/** The gateway's address cannot be listened at: the port is taken, or not this machine's. */
public final class CannotListenException extends RuntimeException {
  CannotListenException(String address, int port, Throwable cause) {
    super("cannot listen at " + address + ":" + port + ": " + cause.getMessage(), cause);
  }
}
