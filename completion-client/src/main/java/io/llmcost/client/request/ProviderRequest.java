package io.llmcost.client.request;

import java.util.Map;

/**
 * A request as a provider takes it: POST.
 *
 * @param path of the provider's API
 * @param headers beside the credential and the content type
 * @param body JSON
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
public record ProviderRequest(String path, Map<String, String> headers, byte[] body) {
  public ProviderRequest {
    headers = Map.copyOf(headers);
  }
}
