package io.llmcost.gateway;

import io.llmcost.gateway.call.ProviderCalls;
import io.llmcost.gateway.intake.EventIntake;
import io.llmcost.gateway.operations.OperationsService;
import io.llmcost.gateway.server.BodyBudget;
import io.llmcost.gateway.server.ClientConnection;
import io.llmcost.gateway.server.Exchange;
import io.llmcost.gateway.server.ExchangeFactory;
import io.llmcost.gateway.server.OwnExchange;
import io.llmcost.gateway.server.OwnService;
import io.netty.handler.codec.http.HttpRequest;
import java.util.concurrent.Executor;

/** Sends each request where it belongs: the gateway's own paths, or a provider. */
final class FrontDesk implements ExchangeFactory {
  private final ProviderCalls calls;
  private final OwnService intake;
  private final OwnService operations;
  private final BodyBudget budget;
  private final Executor executor;

  FrontDesk(
      ProviderCalls calls,
      OwnService intake,
      OwnService operations,
      BodyBudget budget,
      Executor executor) {
    this.calls = calls;
    this.intake = intake;
    this.operations = operations;
    this.budget = budget;
    this.executor = executor;
  }

  @Override
  public Exchange open(ClientConnection client, HttpRequest head) {
    String uri = head.uri();
    if (uri.startsWith(OperationsService.PREFIX)) {
      return new OwnExchange(client, head, operations, executor, budget);
    }
    if (is(uri, EventIntake.PATH)) {
      return new OwnExchange(client, head, intake, executor, budget);
    }
    return calls.open(client, head);
  }

  private static boolean is(String uri, String path) {
    return uri.startsWith(path)
        && (uri.length() == path.length() || uri.charAt(path.length()) == '?');
  }
}
