package io.llmcost.gateway;

import io.llmcost.gateway.call.ProviderCalls;
import io.llmcost.gateway.intake.EventIntake;
import io.llmcost.gateway.operations.OperationsService;
import io.llmcost.gateway.otlp.TraceIntake;
import io.llmcost.gateway.problem.Problem;
import io.llmcost.gateway.problem.ProblemException;
import io.llmcost.gateway.server.BodyBudget;
import io.llmcost.gateway.server.ClientConnection;
import io.llmcost.gateway.server.Exchange;
import io.llmcost.gateway.server.ExchangeFactory;
import io.llmcost.gateway.server.OwnExchange;
import io.llmcost.gateway.server.OwnService;
import io.netty.handler.codec.http.HttpRequest;
import java.util.List;
import java.util.concurrent.Executor;

/** Sends each request where it belongs: the gateway's own paths, or a provider. */
final class FrontDesk implements ExchangeFactory {
  private static final List<String> OWN = List.of("/v1/events", "/v1/requests", "/v1/traces");

  private final ProviderCalls calls;
  private final OwnService intake;
  private final OwnService traces;
  private final OwnService operations;
  private final BodyBudget budget;
  private final Executor executor;

  FrontDesk(
      ProviderCalls calls,
      OwnService intake,
      OwnService traces,
      OwnService operations,
      BodyBudget budget,
      Executor executor) {
    this.calls = calls;
    this.intake = intake;
    this.traces = traces;
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
    int end = uri.indexOf('?');
    String path = end < 0 ? uri : uri.substring(0, end);
    if (path.equals(EventIntake.PATH)) {
      return new OwnExchange(client, head, intake, executor, budget);
    }
    if (path.equals(TraceIntake.PATH)) {
      return new OwnExchange(client, head, traces, executor, budget);
    }
    if (path.equals(ProviderCalls.TYPED_PATH)) {
      return calls.openTyped(client, head);
    }
    if (isOurs(path)) {
      throw new ProblemException(
          Problem.of(404, "Not found", "The gateway has nothing at this path."));
    }
    return calls.open(client, head);
  }

  // What is meant for the gateway must not reach a provider, token and all, for a slip in its path.
  private static boolean isOurs(String path) {
    for (String own : OWN) {
      if (path.startsWith(own)) {
        return true;
      }
    }
    return false;
  }
}
