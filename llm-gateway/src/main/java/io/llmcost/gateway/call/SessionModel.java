package io.llmcost.gateway.call;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The model that a session's address asks for: OpenAI's {@code model}, Azure's {@code deployment}.
 */
final class SessionModel {
  private SessionModel() {}

  /** Returns the model in {@code query}, which begins with a question mark or is empty. */
  static @Nullable String of(String query) {
    String deployment = null;
    for (String pair : query.isEmpty() ? new String[0] : query.substring(1).split("&")) {
      if (pair.startsWith("model=")) {
        return decoded(pair.substring("model=".length()));
      }
      if (pair.startsWith("deployment=")) {
        deployment = decoded(pair.substring("deployment=".length()));
      }
    }
    return deployment;
  }

  private static @Nullable String decoded(String value) {
    try {
      String text = URLDecoder.decode(value, StandardCharsets.UTF_8);
      return text.isBlank() ? null : text;
    } catch (IllegalArgumentException e) {
      return value;
    }
  }
}
