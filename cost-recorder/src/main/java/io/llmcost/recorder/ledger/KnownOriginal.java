package io.llmcost.recorder.ledger;

import io.llmcost.schemas.Sha256;
import java.math.BigDecimal;

/**
 * What a redelivery is compared with: the recorded revision 0 of an event.
 *
 * @param digest its completion digest
 * @param estimated whether its usage was estimated, so that the provider's own may replace it
 * @param totalCost of revision 0
 */
public record KnownOriginal(Sha256 digest, boolean estimated, BigDecimal totalCost) {

  static KnownOriginal of(Costing costing) {
    return new KnownOriginal(
        costing.digest(), costing.isEstimated(), costing.amounts().totalCost());
  }
}
