package io.llmcost.gateway.provider;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * A provider that calls are sent to.
 *
 * @param id as in events and in the gateway's paths
 * @param origin where its connections go
 * @param basePath put before every path, without a slash at its end; mostly empty
 * @param key what it knows this gateway by, or null where callers bring their own
 * @param aws what its requests are signed with, or null
 */
public record Provider(
    String id, Origin origin, String basePath, @Nullable String key, @Nullable AwsCredentials aws) {

  /** Returns the provider at {@code baseUrl}. */
  public static Provider at(String id, URI baseUrl, @Nullable String key) {
    String path = baseUrl.getRawPath() == null ? "" : baseUrl.getRawPath();
    while (path.endsWith("/")) {
      path = path.substring(0, path.length() - 1);
    }
    return new Provider(id, Origin.of(baseUrl), path, key, null);
  }

  /** Leaves the key out: it must appear in no log. */
  @Override
  public String toString() {
    return id + " at " + origin + basePath;
  }
}
