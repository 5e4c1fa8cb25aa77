package io.llmcost.gateway.call;

import io.llmcost.client.provider.ProviderAdapters;
import io.llmcost.client.publish.CompletionPublisher;
import io.llmcost.client.request.ChatApis;
import io.llmcost.gateway.key.KeyRing;
import io.llmcost.gateway.problem.ProblemException;
import io.llmcost.gateway.provider.CallRouter;
import io.llmcost.gateway.provider.Target;
import io.llmcost.gateway.server.BearerTokens;
import io.llmcost.gateway.server.BodyBudget;
import io.llmcost.gateway.server.ClientConnection;
import io.llmcost.gateway.server.Exchange;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import java.time.Clock;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Takes requests that are for a provider. */
public final class ProviderCalls {

  /**
   * Who may call, and what events say of it.
   *
   * @param source what events name as their source
   * @param passThroughKeys whether the caller's own key goes to the provider
   * @param tokens this gateway's own
   * @param keys that it gave out
   * @param defaultModel of typed requests that name none, or null
   * @param waitsForDevice whether the journal forces each record to the device, which would keep an
   *     event loop too long
   */
  public record Policy(
      String source,
      boolean passThroughKeys,
      BearerTokens tokens,
      KeyRing keys,
      @Nullable String defaultModel,
      boolean waitsForDevice) {}

  /** Where typed requests go. */
  public static final String TYPED_PATH = "/v1/requests";

  private final Proxy proxy;
  private final TypedRequests typedRequests;
  private final TypedAnswers typedAnswers;

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
            new Credentials(policy.passThroughKeys(), policy.tokens(), policy.keys()),
            limits,
            budget,
            publisher,
            new CallMetrics(meters),
            clock,
            executor,
            policy.waitsForDevice() ? executor : null);
    ChatApis apis = new ChatApis(adapters);
    this.typedRequests = new TypedRequests(router, apis, policy.defaultModel(), policy.source());
    this.typedAnswers = new TypedAnswers(apis);
  }

  /**
   * Begins a typed request.
   *
   * @throws ProblemException a header that is wrong, a caller who may not
   */
  public Exchange openTyped(ClientConnection client, HttpRequest head) {
    return new TypedExchange(proxy, typedRequests, typedAnswers, client, head);
  }

  /**
   * Begins a call.
   *
   * @throws ProblemException an unknown provider, a header that is wrong, a caller who may not
   */
  public Exchange open(ClientConnection client, HttpRequest head) {
    if (SessionExchange.isMeant(head)) {
      return new SessionExchange(proxy, client, head);
    }
    BatchFetch batch = batch(head);
    return batch == null
        ? new ProxyExchange(proxy, client, head)
        : new BatchExchange(proxy, client, head, batch);
  }

  private @Nullable BatchFetch batch(HttpRequest head) {
    if (!head.method().equals(HttpMethod.GET) || !BatchFetch.mayBe(head.uri())) {
      return null;
    }
    Target target =
        CallPlan.byPath(
            proxy.router().route(head.uri(), head.headers().contains("anthropic-version")));
    return BatchFetch.of(target.provider().id(), target.path());
  }
}
