package io.llmcost.chassis.problem;

/** The request contradicts what is stored: answered with 409 and the field. */
public final class ConflictException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final String field;
  private final String reason;

  /**
   * @param field its name as callers write it
   * @param reason what it contradicts, and what would be right
   */
  public ConflictException(String field, String reason) {
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
