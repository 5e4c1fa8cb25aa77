/** The HTTP server: client connections, and the way of one request through them. */
@NullMarked
package io.llmcost.gateway.server;

import org.jspecify.annotations.NullMarked;
