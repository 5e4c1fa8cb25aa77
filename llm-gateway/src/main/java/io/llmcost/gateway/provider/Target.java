package io.llmcost.gateway.provider;

/**
 * Where one call goes.
 *
 * @param provider who answers it
 * @param path the provider's own path of it, without the base path and the query
 * @param query with its question mark, or empty
 */
public record Target(Provider provider, String path, String query) {

  /**
   * Returns the request line's target. SDKs differ in what of a base path they say themselves
   * ({@code /openai/v1/…} or {@code /v1/…} of Groq): it is never there twice.
   */
  public String uri() {
    String base = provider.basePath();
    boolean said =
        !base.isEmpty()
            && path.startsWith(base)
            && path.length() > base.length()
            && path.charAt(base.length()) == '/';
    return said ? path + query : base + path + query;
  }
}
