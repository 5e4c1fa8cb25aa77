package io.llmcost.calculator.pricing;

import io.llmcost.schemas.UsageItem;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is to be priced.
 *
 * @param model as the provider named it; tried first
 * @param modelRequested as the caller named it; tried next
 * @param contextTokens the largest single prompt; where unknown, the gross input stands in
 */
public record PricingQuestion(
    String provider,
    @Nullable String model,
    @Nullable String modelRequested,
    @Nullable String serviceTier,
    @Nullable String region,
    Instant occurredAt,
    @Nullable Long contextTokens,
    List<UsageItem> usage) {}
