package io.llmcost.gateway.call;

import io.llmcost.client.event.CompletedEvents;
import io.llmcost.client.event.LlmCallContext;
import io.llmcost.client.request.ChatApis;
import io.llmcost.client.request.InvalidLlmRequestException;
import io.llmcost.client.request.LlmRequest;
import io.llmcost.client.request.LlmRequestJson;
import io.llmcost.client.request.ProviderRequest;
import io.llmcost.gateway.key.KeyGrant;
import io.llmcost.gateway.problem.Problem;
import io.llmcost.gateway.problem.ProblemException;
import io.llmcost.gateway.provider.CallRouter;
import io.llmcost.schemas.EventRules.Violation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * From the body of {@code POST /v1/requests} to the provider's own request. Pure; for any number of
 * threads.
 *
 * @param defaultModel of requests that name none, or null
 * @param source what events name as their source
 */
record TypedRequests(
    CallRouter router, ChatApis apis, @Nullable String defaultModel, String source) {

  /**
   * A call that is about to be made.
   *
   * @param provider a provider id
   * @param model the one asked for
   */
  record Call(String provider, String model, ProviderRequest request, LlmCallContext context) {}

  /**
   * Reads a body.
   *
   * @param grant of the caller's gateway key, which has its own say, or null
   * @throws ProblemException the request is refused; it names the first field at fault
   */
  Call read(byte[] body, @Nullable KeyGrant grant) {
    LlmRequest request;
    try {
      request = LlmRequestJson.read(body).orModel(defaultModel);
    } catch (InvalidLlmRequestException e) {
      throw refused(e.violations());
    }
    String model = request.model();
    if (model == null) {
      throw refused("model", "is required: give it, or have llmcost.gateway.default-model set");
    }
    String provider = request.provider() == null ? router.providerOf(model) : request.provider();
    ProviderRequest made =
        apis.request(request, provider, model)
            .orElseThrow(
                () ->
                    refused(
                        "provider",
                        provider + " is not offered here: call it through its own path"));
    LlmCallContext context = context(request.context(), grant);
    List<Violation> violations = CompletedEvents.violations(context);
    if (!violations.isEmpty()) {
      throw refused(violations);
    }
    return new Call(provider, model, made, context);
  }

  private LlmCallContext context(LlmCallContext said, @Nullable KeyGrant grant) {
    LlmCallContext ours =
        new LlmCallContext(
            source,
            said.project(),
            said.userId(),
            said.requestType(),
            said.trackableType(),
            said.trackableId(),
            null,
            said.tags(),
            said.metadata(),
            said.requestId());
    return grant == null ? ours : grant.over(ours);
  }

  private static ProblemException refused(String field, String reason) {
    return refused(List.of(new Violation(field, reason)));
  }

  // All that is wrong in its detail, so that a caller mends it in one go.
  private static ProblemException refused(List<Violation> violations) {
    Violation first = violations.getFirst();
    Problem problem = Problem.badRequest(first.field(), first.reason());
    String all =
        String.join(
            "; ", violations.stream().map(found -> found.field() + ": " + found.reason()).toList());
    return new ProblemException(problem.withDetail(all));
  }
}
