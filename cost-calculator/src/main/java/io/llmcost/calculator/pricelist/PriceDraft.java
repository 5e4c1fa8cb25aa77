package io.llmcost.calculator.pricelist;

import org.jspecify.annotations.Nullable;

/**
 * A price as somebody wrote it, in JSON or in a price file: text, nothing checked.
 *
 * @param provider a provider id, or {@code *} for any
 * @param match exact (where left out), prefix, pattern or default
 * @param model the name, beginning or expression; left out or {@code *} for default
 * @param meter what is counted, for instance {@code input}
 * @param unitPrice a decimal: the amount for {@code unit} of the meter
 * @param unit how much of the meter the price buys, for instance 1000000
 * @param currency the ledger's where left out
 * @param contextAbove 0 where left out
 * @param timeWindow {@code HH:MM-HH:MM} in UTC, or {@code *}
 * @param effectiveFrom RFC 3339, a date (then midnight UTC), or {@code beginning} of time; what it
 *     is where left out, the place that takes the draft says
 * @param effectiveTo the same, exclusive; open where left out
 * @param source where the price is published
 * @param sourceDate the day on which it was read there
 */
public record PriceDraft(
    @Nullable String provider,
    @Nullable String match,
    @Nullable String model,
    @Nullable String meter,
    @Nullable String unitPrice,
    @Nullable String unit,
    @Nullable String currency,
    @Nullable String serviceTier,
    @Nullable String region,
    @Nullable String contextAbove,
    @Nullable String timeWindow,
    @Nullable String effectiveFrom,
    @Nullable String effectiveTo,
    @Nullable String source,
    @Nullable String sourceDate,
    @Nullable String description) {}
