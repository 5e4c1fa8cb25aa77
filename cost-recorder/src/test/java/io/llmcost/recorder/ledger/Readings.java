package io.llmcost.recorder.ledger;

import io.llmcost.recorder.Costed;
import io.llmcost.recorder.EventBody;

/** Costed events as the core reads them. */
final class Readings {
  private Readings() {}

  static Costing costing(Costed costed) {
    return switch (CostingRules.read(costed.event(), 3, costed.at(), EventBody::of)) {
      case Costing costing -> costing;
      case Refusal refusal -> throw new AssertionError(refusal.message());
    };
  }
}
