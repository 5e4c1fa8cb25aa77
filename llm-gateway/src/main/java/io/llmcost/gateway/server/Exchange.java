package io.llmcost.gateway.server;

import io.netty.handler.codec.http.HttpContent;

/**
 * One request and its answer, on the client connection's event loop. Ends by calling the
 * connection's {@link ClientConnection#answered} or {@link ClientConnection#abort}, unless the
 * caller was gone by then.
 */
public interface Exchange {

  /** The exchange is the connection's current one, and may answer from now on. */
  void begin();

  /** A part of the request's body, the last one being a LastHttpContent; released by the callee. */
  void content(HttpContent content);

  /** The caller is gone: what is written from now on goes nowhere. */
  void callerGone();

  /** The caller takes more of the answer again, or for now no more. */
  void writable(boolean writable);

  /** Called several times a second while the caller is there: what took too long ends. */
  void check(long nowNanos);
}
