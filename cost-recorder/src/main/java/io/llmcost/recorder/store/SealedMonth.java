package io.llmcost.recorder.store;

import io.llmcost.recorder.ledger.Month;
import java.math.BigDecimal;
import java.time.Instant;

/**
 * What a month's entries add up to, and so what stays of them.
 *
 * @param sealedBy who did it: a token's name, or the setting
 * @param currency the ledger's; {@code XXX} where the month has no entries
 */
public record SealedMonth(
    Month month,
    Instant sealedAt,
    String sealedBy,
    long entries,
    String currency,
    long requests,
    BigDecimal totalCost) {}
