package io.llmcost.chassis.problem;

/** Nothing has that id: answered with 404. */
public final class NotFoundException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message what was looked for, and where such a thing is listed
   */
  public NotFoundException(String message) {
    super(message);
  }
}
