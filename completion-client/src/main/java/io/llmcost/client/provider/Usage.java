package io.llmcost.client.provider;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The usage that an answer tells.
 *
 * @param reported the provider's own numbers, as JSON; null where they are consistent, since nobody
 *     asks for them then
 */
record Usage(
    List<MeterReading> readings,
    @Nullable Long contextTokens,
    @Nullable ProviderCost cost,
    @Nullable String reported) {}
