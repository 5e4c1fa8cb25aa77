package io.llmcost.client.publish;

import io.llmcost.schemas.EventRules.Violation;
import java.util.List;

/** An event that breaks the contract; nothing of it was stored. */
public final class InvalidEventException extends RuntimeException {
  private final transient List<Violation> violations;

  InvalidEventException(List<Violation> violations) {
    super(violations.toString());
    this.violations = List.copyOf(violations);
  }

  /** Returns every reason, at least one. */
  public List<Violation> violations() {
    return violations;
  }
}
