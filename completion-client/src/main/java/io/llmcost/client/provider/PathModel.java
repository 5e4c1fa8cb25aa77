package io.llmcost.client.provider;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The model that a request's path names, in APIs whose bodies do not. */
final class PathModel {
  private static final String DEPLOYMENTS = "/deployments/";
  private static final String BEDROCK = "/model/";

  /** What Google calls the resource that a method is called on; the longest names first. */
  private static final String[] GOOGLE = {"/tunedModels/", "/models/", "/endpoints/"};

  private PathModel() {}

  /** Returns Azure's deployment: {@code /openai/deployments/{name}/chat/completions}. */
  static @Nullable String deployment(String path) {
    int at = path.indexOf(DEPLOYMENTS);
    if (at < 0) {
      return null;
    }
    int from = at + DEPLOYMENTS.length();
    int to = path.indexOf('/', from);
    return to <= from ? null : decoded(path.substring(from, to));
  }

  /** Returns Google's model: {@code …/models/{name}:generateContent}. */
  static @Nullable String google(String path) {
    int to = path.lastIndexOf(':');
    for (String resource : GOOGLE) {
      int at = path.indexOf(resource);
      if (at >= 0 && at + resource.length() < to) {
        return decoded(path.substring(at + resource.length(), to));
      }
    }
    return null;
  }

  /** Returns Bedrock's model, an id or an ARN: {@code /model/{name}/converse}. */
  static @Nullable String bedrock(String path) {
    int at = path.indexOf(BEDROCK);
    int to = path.lastIndexOf('/');
    int from = at + BEDROCK.length();
    return at < 0 || to <= from ? null : decoded(path.substring(from, to));
  }

  /** Returns whether Vertex passes a body of the model's own form on. */
  static boolean isRawPredict(String path) {
    return path.endsWith(":rawPredict") || path.endsWith(":streamRawPredict");
  }

  // Percent-encoded UTF-8; what is none stays as it is.
  private static String decoded(String segment) {
    byte[] bytes = segment.getBytes(StandardCharsets.UTF_8);
    int length = 0;
    for (int i = 0; i < bytes.length; i++) {
      int high = i + 2 < bytes.length && bytes[i] == '%' ? Character.digit(bytes[i + 1], 16) : -1;
      int low = high < 0 ? -1 : Character.digit(bytes[i + 2], 16);
      if (low >= 0) {
        bytes[length++] = (byte) (high << 4 | low);
        i += 2;
      } else {
        bytes[length++] = bytes[i];
      }
    }
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }
}
