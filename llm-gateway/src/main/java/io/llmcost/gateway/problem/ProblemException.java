package io.llmcost.gateway.problem;

import java.util.Map;

/** Ends the handling of a request with a problem for its caller. */
public final class ProblemException extends RuntimeException {
  private final transient Problem problem;
  private final transient Map<String, String> headers;

  /** Carries {@code problem}; it is the caller's, so no stack trace is taken. */
  public ProblemException(Problem problem) {
    this(problem, Map.of());
  }

  /** Carries {@code problem} and more headers of the answer. */
  public ProblemException(Problem problem, Map<String, String> headers) {
    super(problem.detail(), null, false, false);
    this.problem = problem;
    this.headers = Map.copyOf(headers);
  }

  /** Returns this with what a provider's SDK looks for. */
  public ProblemException in(ErrorShape shape) {
    return new ProblemException(problem.in(shape), headers);
  }

  /** Returns what the caller is told. */
  public Problem problem() {
    return problem;
  }

  /** Returns the answer's headers beside those that every problem has. */
  public Map<String, String> headers() {
    return headers;
  }
}
