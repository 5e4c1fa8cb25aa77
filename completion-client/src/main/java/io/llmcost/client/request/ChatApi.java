package io.llmcost.client.request;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** One provider's API of chat: our request in its form, its answer in ours. Pure and stateless. */
interface ChatApi {

  /**
   * Returns {@code request} in the API's form.
   *
   * @param model the request's, or the default
   */
  ProviderRequest request(LlmRequest request, String model);

  /**
   * Returns what {@code answer} says.
   *
   * @param answer a JSON object
   */
  Said read(JsonNode answer);

  /**
   * What the model said.
   *
   * @param text all of it; empty where it said nothing
   * @param reason why it ended, in the provider's word
   * @param id the provider's id of the answer
   */
  record Said(String text, @Nullable String reason, @Nullable String id) {}
}
