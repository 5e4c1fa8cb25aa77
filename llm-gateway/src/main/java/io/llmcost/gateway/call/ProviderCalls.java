package io.llmcost.gateway.call;

import io.llmcost.client.provider.ProviderAdapters;
import io.llmcost.client.publish.CompletionPublisher;
import io.llmcost.gateway.problem.ProblemException;
import io.llmcost.gateway.provider.CallRouter;
import io.llmcost.gateway.server.BearerTokens;
import io.llmcost.gateway.server.BodyBudget;
import io.llmcost.gateway.server.ClientConnection;
import io.llmcost.gateway.server.Exchange;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.handler.codec.http.HttpRequest;
import java.time.Clock;
import java.util.concurrent.Executor;

/** Takes requests that are for a provider. */
public final class ProviderCalls {

  /**
   * Who may call, and what events say of it.
   *
   * @param source what events name as their source
   * @param passThroughKeys whether the caller's own key goes to the provider
   * @param tokens this gateway's own
   * @param waitsForDevice whether the journal forces each record to the device, which would keep an
   *     event loop too long
   */
  public record Policy(
      String source, boolean passThroughKeys, BearerTokens tokens, boolean waitsForDevice) {}

  private final Proxy proxy;

  /** Calls by {@code router}, and publishes what they cost. */
  public ProviderCalls(
      CallRouter router,
      ProviderAdapters adapters,
      Policy policy,
      CallLimits limits,
      BodyBudget budget,
      CompletionPublisher publisher,
      MeterRegistry meters,
      Clock clock,
      Executor executor) {
    this.proxy =
        new Proxy(
            router,
            adapters,
            new ContextHeaders(policy.source()),
            new Credentials(policy.passThroughKeys(), policy.tokens()),
            limits,
            budget,
            publisher,
            new CallMetrics(meters),
            clock,
            executor,
            policy.waitsForDevice() ? executor : null);
  }

  /**
   * Begins a call.
   *
   * @throws ProblemException an unknown provider, a header that is wrong, a caller who may not
   */
  public Exchange open(ClientConnection client, HttpRequest head) {
    return SessionExchange.isMeant(head)
        ? new SessionExchange(proxy, client, head)
        : new ProxyExchange(proxy, client, head);
  }
}
