package io.llmcost.gateway.provider;

import org.jspecify.annotations.Nullable;

/**
 * What requests to AWS are signed with.
 *
 * @param region for instance eu-central-1; gives Bedrock its base URL where none is set
 * @param sessionToken of temporary credentials, or null
 */
public record AwsCredentials(
    String accessKeyId, String secretAccessKey, @Nullable String sessionToken, String region) {

  /** Refuses credentials of which something is missing. */
  public AwsCredentials {
    if (isBlank(accessKeyId) || isBlank(secretAccessKey) || isBlank(region)) {
      throw new IllegalArgumentException(
          "aws needs access-key-id, secret-access-key and region, all three");
    }
    sessionToken = isBlank(sessionToken) ? null : sessionToken;
  }

  private static boolean isBlank(@Nullable String text) {
    return text == null || text.isBlank();
  }

  /** Leaves the keys out: they must appear in no log. */
  @Override
  public String toString() {
    return "AWS credentials of " + region;
  }
}
