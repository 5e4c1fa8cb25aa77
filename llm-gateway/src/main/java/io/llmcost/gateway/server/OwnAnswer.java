package io.llmcost.gateway.server;

import io.llmcost.gateway.problem.Problem;
import java.util.Map;

/**
 * An answer of the gateway itself.
 *
 * @param status HTTP status
 * @param contentType of the body
 * @param body whole
 * @param headers more of them
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record OwnAnswer(int status, String contentType, byte[] body, Map<String, String> headers) {

  /** Returns an answer with a JSON document. */
  public static OwnAnswer json(int status, byte[] body) {
    return new OwnAnswer(status, "application/json", body, Map.of());
  }

  /** Returns {@code problem} as an answer. */
  public static OwnAnswer problem(Problem problem) {
    return problem(problem, Map.of());
  }

  /** Returns {@code problem} as an answer with more headers. */
  public static OwnAnswer problem(Problem problem, Map<String, String> headers) {
    return new OwnAnswer(problem.status(), Problem.MEDIA_TYPE, problem.toBytes(Map.of()), headers);
  }
}
