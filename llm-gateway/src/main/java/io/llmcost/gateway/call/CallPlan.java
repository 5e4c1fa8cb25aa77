package io.llmcost.gateway.call;

import io.llmcost.client.provider.ProviderAdapter;
import io.llmcost.client.provider.ProviderAdapters;
import io.llmcost.client.provider.RequestFacts;
import io.llmcost.gateway.provider.CallRouter;
import io.llmcost.gateway.provider.Target;
import org.jspecify.annotations.Nullable;

/**
 * What is done with a call: known when its body was read, where the path alone does not tell.
 *
 * @param target where it goes
 * @param adapter who reads its answer; null where it bills nothing
 * @param facts what the request says
 */
record CallPlan(Target target, @Nullable ProviderAdapter adapter, RequestFacts facts) {

  /** Returns the plan of a request whose path led to {@code route} and {@code adapter}. */
  static CallPlan of(
      CallRouter router,
      ProviderAdapters adapters,
      CallRouter.Route route,
      @Nullable ProviderAdapter adapter,
      String method,
      byte[] body) {
    Target byPath = byPath(route);
    if (adapter == null) {
      return new CallPlan(byPath, null, RequestFacts.NONE);
    }
    RequestFacts facts = adapter.read(body, byPath.path());
    Target target = router.target(route, facts.modelRequested());
    if (target.equals(byPath)) {
      return new CallPlan(target, adapter, facts);
    }
    ProviderAdapter own = adapters.find(target.provider().id(), method, target.path()).orElse(null);
    return new CallPlan(
        target,
        own,
        own == null
            ? RequestFacts.NONE
            : own.equals(adapter) ? facts : own.read(body, target.path()));
  }

  /** Returns where a call goes as far as its path tells. */
  static Target byPath(CallRouter.Route route) {
    return switch (route) {
      case CallRouter.Route.Direct(Target target) -> target;
      case CallRouter.Route.ByModel(Target otherwise) -> otherwise;
    };
  }
}
