package io.llmcost.gateway.server;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Who is connected, and whether the server stops; for any number of threads. */
final class ServerState {
  private final Set<ClientConnection> connections = ConcurrentHashMap.newKeySet();
  private volatile boolean stopping;

  boolean stopping() {
    return stopping;
  }

  void stop() {
    stopping = true;
  }

  void opened(ClientConnection connection) {
    connections.add(connection);
  }

  void closed(ClientConnection connection) {
    connections.remove(connection);
  }

  Set<ClientConnection> connections() {
    return connections;
  }
}
