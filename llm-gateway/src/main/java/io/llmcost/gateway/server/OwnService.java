package io.llmcost.gateway.server;

import io.llmcost.gateway.problem.ProblemException;
import io.netty.handler.codec.http.HttpRequest;

/** Answers requests that are not a provider's. */
public interface OwnService {

  /**
   * Looks at a request before its body is read, on the event loop; returns most bytes that its body
   * may have.
   *
   * @throws ProblemException the request is refused
   */
  int admit(HttpRequest head);

  /**
   * Answers, on a thread that may block.
   *
   * @throws ProblemException the request is refused
   */
  OwnAnswer answer(OwnRequest request);
}
