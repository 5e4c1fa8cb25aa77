package io.llmcost.client.request;

import io.llmcost.schemas.EventRules.Violation;
import java.util.List;
import java.util.stream.Collectors;

/** A request that breaks a rule; its message names each field and the remedy. */
public final class InvalidLlmRequestException extends IllegalArgumentException {
  private final transient List<Violation> violations;

  InvalidLlmRequestException(List<Violation> violations) {
    super(
        violations.stream()
            .map(violation -> violation.field() + ": " + violation.reason())
            .collect(Collectors.joining("; ")));
    this.violations = List.copyOf(violations);
  }

  /** Returns every reason, at least one. */
  public List<Violation> violations() {
    return violations;
  }
}
