package io.llmcost.gateway.provider;

/**
 * Where one call goes.
 *
 * @param provider who answers it
 * @param path the provider's own path of it, without the base path and the query
 * @param query with its question mark, or empty
 */
public record Target(Provider provider, String path, String query) {

  /** Returns the request line's target. */
  public String uri() {
    return provider.basePath() + path + query;
  }
}
