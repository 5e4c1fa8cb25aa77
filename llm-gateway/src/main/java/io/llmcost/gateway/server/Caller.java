package io.llmcost.gateway.server;

import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;

/** Who gets the answer of an exchange, on the event loop that all of it happens on. */
public interface Caller {

  /** Returns that event loop. */
  Loop loop();

  /** Returns whether the caller speaks HTTP/1.0 only, which has no chunks. */
  boolean isOldVersion();

  /** Tells a caller who waits for it to send the request's body. */
  void sendContinue();

  /** Stops or goes on with reading the request's body. */
  void setReading(boolean reading);

  /** Puts into an answer's head what the connection has to say about itself. */
  void describe(HttpResponse head, boolean lengthKnown);

  /** Writes a part of the answer, and owns it; nothing is sent before {@link #flush}. */
  void write(HttpObject part);

  /** Sends what was written. */
  void flush();

  /** Returns whether the caller takes more. */
  boolean isWritable();

  /** The answer's last part was written: the exchange is over. */
  void answered();

  /** Ends the exchange with an answer of the gateway's own. */
  void respond(OwnAnswer answer);

  /**
   * Ends the exchange in the middle of its answer, so that the caller sees that its end is missing.
   *
   * @param reset whether the end of the connection would else pass for the end of the answer
   */
  void abort(boolean reset);
}
