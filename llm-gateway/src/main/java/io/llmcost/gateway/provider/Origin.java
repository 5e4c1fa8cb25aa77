package io.llmcost.gateway.provider;

import java.net.URI;
import java.util.Locale;
import java.util.Objects;

/**
 * Where connections to a provider go: scheme, host and port of its base URL.
 *
 * @param host lower case
 * @param port 1 to 65535
 * @param tls whether the scheme is https
 * @param hostHeader the Host header's value
 */
public record Origin(String host, int port, boolean tls, String hostHeader) {

  /** Returns the origin of {@code url}, an absolute http or https URL. */
  public static Origin of(URI url) {
    String scheme = Objects.requireNonNullElse(url.getScheme(), "").toLowerCase(Locale.ROOT);
    boolean tls = scheme.equals("https");
    if (!tls && !scheme.equals("http")) {
      throw new IllegalArgumentException(url + ": the scheme has to be http or https");
    }
    String host = url.getHost();
    if (host == null) {
      throw new IllegalArgumentException(url + " names no host");
    }
    int standard = tls ? 443 : 80;
    int port = url.getPort() < 0 ? standard : url.getPort();
    String lower = host.toLowerCase(Locale.ROOT);
    String header = port == standard ? lower : lower + ":" + port;
    return new Origin(withoutBrackets(lower), port, tls, header);
  }

  private static String withoutBrackets(String host) {
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  @Override
  public String toString() {
    return (tls ? "https://" : "http://") + hostHeader;
  }
}
