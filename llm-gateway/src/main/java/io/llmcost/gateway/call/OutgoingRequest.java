package io.llmcost.gateway.call;

import io.llmcost.gateway.upstream.UpstreamConnection;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;

/** A request's body on its way from the caller to the provider. */
interface OutgoingRequest {

  /** What goes before the body. */
  record Head(HttpMethod method, String uri, HttpHeaders headers) {}

  /**
   * Takes a part of the body from the caller, and owns it.
   *
   * @throws io.llmcost.gateway.problem.ProblemException the body is too large
   */
  void add(HttpContent part);

  /** Begins to send to {@code upstream}, which hears the answer already. */
  void send(UpstreamConnection upstream, Head head);

  /** The provider takes more again, or for now no more. */
  void writable(boolean writable);

  /** Returns whether the caller has sent all of it. */
  boolean isComplete();

  /**
   * Returns whether it may be sent on another connection, since this one was closed: not all of it
   * left this machine, so that no provider can have acted on it, or doing so twice is harmless.
   */
  boolean mayRepeat();

  /** Frees what is held. */
  void release();
}
