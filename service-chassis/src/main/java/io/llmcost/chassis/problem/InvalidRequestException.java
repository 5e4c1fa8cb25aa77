package io.llmcost.chassis.problem;

/** A request with a field that cannot be taken: answered with 400 and the field. */
public final class InvalidRequestException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final String field;
  private final String reason;

  /**
   * @param field its name as callers write it, for instance {@code start_time}
   * @param reason what is wrong and what would be right
   */
  public InvalidRequestException(String field, String reason) {
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
