package io.llmcost.calculator.completion;

import io.llmcost.schemas.EventRules.Violation;
import java.util.List;
import java.util.stream.Collectors;

/** An event that breaks the rules of the contract; its message names every field at fault. */
final class InvalidEventException extends Exception {
  private static final long serialVersionUID = 1L;

  InvalidEventException(List<Violation> violations) {
    super(
        violations.stream()
            .map(violation -> violation.field() + ": " + violation.reason())
            .collect(Collectors.joining("; ")),
        null,
        false,
        false);
  }
}
