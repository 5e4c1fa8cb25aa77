package io.llmcost.client.provider;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The usage that an answer tells.
 *
 * @param reported the provider's own numbers, as JSON
 */
record Usage(
    List<MeterReading> readings,
    boolean inconsistent,
    @Nullable Long contextTokens,
    @Nullable ProviderCost cost,
    String reported) {}
