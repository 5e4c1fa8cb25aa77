package io.llmcost.client.provider;

import org.jspecify.annotations.Nullable;

/**
 * What a request says that accounting needs.
 *
 * @param modelRequested from the body, or the path; null where neither tells
 * @param streamed whether a stream was asked for
 * @param askForUsage the change to the request's body that makes the provider tell its usage in the
 *     stream; null where it does so anyway, or was asked by the caller. Where it is applied, the
 *     answer's extra chunk is taken out again by {@link SseUsageChunkFilter}.
 */
public record RequestFacts(
    @Nullable String modelRequested, boolean streamed, @Nullable BodySplice askForUsage) {

  /** Nothing known: a body that is no JSON object, for instance. */
  public static final RequestFacts NONE = new RequestFacts(null, false, null);
}
