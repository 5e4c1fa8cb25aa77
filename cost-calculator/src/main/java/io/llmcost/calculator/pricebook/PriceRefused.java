package io.llmcost.calculator.pricebook;

/** A price that the book does not take: which field, and what would be right. */
final class PriceRefused extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final String field;
  private final String reason;

  PriceRefused(String field, String reason) {
    super(field + ": " + reason);
    this.field = field;
    this.reason = reason;
  }

  String field() {
    return field;
  }

  String reason() {
    return reason;
  }
}
