package io.llmcost.client.request;

import io.llmcost.client.provider.Completion;
import org.jspecify.annotations.Nullable;

/**
 * What a model answered, whichever provider served it.
 *
 * @param text what it said; empty where it said nothing
 * @param finishReason why it ended; null where the provider does not tell
 * @param providerReason the same in the provider's word
 * @param providerId the provider's id of the answer
 * @param completion model and usage, as the call's event has them
 */
public record LlmAnswer(
    String text,
    @Nullable FinishReason finishReason,
    @Nullable String providerReason,
    @Nullable String providerId,
    Completion completion) {}
