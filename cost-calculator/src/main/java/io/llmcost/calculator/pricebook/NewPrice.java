package io.llmcost.calculator.pricebook;

import io.llmcost.calculator.pricing.EffectiveRange;
import io.llmcost.calculator.pricing.PriceKey;
import java.math.BigDecimal;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/** A checked price that is not in the book yet. */
record NewPrice(
    PriceKey key,
    BigDecimal unitPrice,
    long unit,
    String currency,
    EffectiveRange effective,
    String source,
    @Nullable LocalDate sourceDate,
    String description) {}
