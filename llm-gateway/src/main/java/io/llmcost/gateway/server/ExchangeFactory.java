package io.llmcost.gateway.server;

import io.llmcost.gateway.problem.ProblemException;
import io.netty.handler.codec.http.HttpRequest;

/** Decides by a request's head who answers it. */
public interface ExchangeFactory {

  /**
   * Begins an exchange; its body follows.
   *
   * @throws ProblemException the request is refused by its head alone
   */
  Exchange open(ClientConnection client, HttpRequest head);
}
