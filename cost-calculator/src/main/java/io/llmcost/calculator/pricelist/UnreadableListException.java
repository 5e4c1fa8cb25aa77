package io.llmcost.calculator.pricelist;

/** A list that cannot be read as what it is said or seems to be; nothing of it is taken. */
public final class UnreadableListException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final String field;
  private final String reason;

  UnreadableListException(String field, String reason) {
    super(field + ": " + reason);
    this.field = field;
    this.reason = reason;
  }

  public String field() {
    return field;
  }

  public String reason() {
    return reason;
  }
}
