package io.llmcost.gateway.server;

import java.time.Duration;

/**
 * How the server treats its callers' connections.
 *
 * @param bindAddress address to listen at
 * @param port port to listen at; 0 takes a free one
 * @param eventLoops threads; 0 takes one per processor
 * @param maxConnections most callers connected at once
 * @param maxHeaderBytes longest head of a request
 * @param keepAlive how long a connection may wait for its next request
 * @param body how long a request's body may pause
 * @param shutdown how long open calls may go on when the gateway stops
 */
public record ServerSettings(
    String bindAddress,
    int port,
    int eventLoops,
    int maxConnections,
    int maxHeaderBytes,
    Duration keepAlive,
    Duration body,
    Duration shutdown) {}
