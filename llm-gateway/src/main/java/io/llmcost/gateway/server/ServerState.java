package io.llmcost.gateway.server;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Who is connected, and whether the server stops; for any number of threads. */
final class ServerState {

  /** A connection, or a stream of one. */
  interface Open {
    /** Returns the loop that it lives on. */
    Loop loop();

    /** The server stops: ends at once where no call is under way; on its loop. */
    void stop();

    /** Ends whatever happens. */
    void close();
  }

  private final Set<Open> connections = ConcurrentHashMap.newKeySet();
  private volatile boolean stopping;

  boolean stopping() {
    return stopping;
  }

  void stop() {
    stopping = true;
  }

  void opened(Open connection) {
    connections.add(connection);
  }

  void closed(Open connection) {
    connections.remove(connection);
  }

  Set<Open> connections() {
    return connections;
  }
}
