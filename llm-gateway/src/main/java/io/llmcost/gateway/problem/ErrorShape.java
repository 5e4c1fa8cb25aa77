package io.llmcost.gateway.problem;

import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a provider's SDK looks for in an error. A problem for its caller has these members beside
 * its own, so that the SDK's exception says what is wrong.
 */
public enum ErrorShape {
  /** RFC 9457 alone. */
  PLAIN {
    @Override
    void add(ObjectNode to, Problem problem) {}
  },
  OPENAI {
    @Override
    void add(ObjectNode to, Problem problem) {
      ObjectNode error = to.putObject(ERROR);
      error.put(MESSAGE, problem.detail());
      error.put("type", problem.status() < 500 ? "invalid_request_error" : "server_error");
      error.put("param", problem.field());
      error.put("code", problem.status() == 401 ? "invalid_api_key" : code(problem));
    }
  },
  ANTHROPIC {
    @Override
    void add(ObjectNode to, Problem problem) {
      to.put("type", ERROR);
      to.putObject(ERROR)
          .put("type", ANTHROPIC_TYPES.getOrDefault(problem.status(), "api_error"))
          .put(MESSAGE, problem.detail());
    }
  },
  GOOGLE {
    @Override
    void add(ObjectNode to, Problem problem) {
      to.putObject(ERROR)
          .put("code", problem.status())
          .put(MESSAGE, problem.detail())
          .put("status", GOOGLE_STATUSES.getOrDefault(problem.status(), "UNKNOWN"));
    }
  },
  AWS {
    @Override
    void add(ObjectNode to, Problem problem) {
      to.put("__type", AWS_TYPES.getOrDefault(problem.status(), "InternalServerException"));
      to.put(MESSAGE, problem.detail());
    }
  },
  /** A message and a code at the top: Cohere's and Mistral's. */
  FLAT {
    @Override
    void add(ObjectNode to, Problem problem) {
      to.put("object", ERROR);
      to.put(MESSAGE, problem.detail());
      to.put("code", code(problem));
    }
  };

  private static final String ERROR = "error";
  private static final String MESSAGE = "message";

  private static final Map<Integer, String> ANTHROPIC_TYPES =
      Map.of(
          400, "invalid_request_error",
          401, "authentication_error",
          403, "permission_error",
          404, "not_found_error",
          408, "timeout_error",
          413, "request_too_large",
          503, "overloaded_error",
          504, "timeout_error");
  private static final Map<Integer, String> GOOGLE_STATUSES =
      Map.of(
          400, "INVALID_ARGUMENT",
          401, "UNAUTHENTICATED",
          403, "PERMISSION_DENIED",
          404, "NOT_FOUND",
          413, "INVALID_ARGUMENT",
          500, "INTERNAL",
          502, "UNAVAILABLE",
          503, "UNAVAILABLE",
          504, "DEADLINE_EXCEEDED");
  private static final Map<Integer, String> AWS_TYPES =
      Map.of(
          400, "ValidationException",
          401, "UnrecognizedClientException",
          403, "AccessDeniedException",
          404, "ResourceNotFoundException",
          413, "ValidationException",
          503, "ServiceUnavailableException",
          504, "ModelTimeoutException");

  abstract void add(ObjectNode to, Problem problem);

  /**
   * Returns what the SDK of {@code provider} looks for.
   *
   * @param provider a provider id
   * @param path the provider's own path: their OpenAI-compatible ones serve OpenAI's SDKs
   */
  public static ErrorShape of(String provider, String path) {
    boolean compatible = path.contains("/openai/") || path.contains("/chat/completions");
    return switch (provider) {
      case "anthropic" -> compatible ? OPENAI : ANTHROPIC;
      case "gemini", "vertex" -> compatible ? OPENAI : GOOGLE;
      case "bedrock" -> AWS;
      case "cohere" -> path.startsWith("/compatibility/") ? OPENAI : FLAT;
      case "mistral" -> FLAT;
      default -> OPENAI;
    };
  }

  private static String code(Problem problem) {
    return problem.title().toLowerCase(Locale.ROOT).replace(' ', '_');
  }
}
