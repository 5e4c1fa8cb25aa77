package io.llmcost.client.event;

import io.llmcost.client.provider.AnswerHead;
import io.llmcost.client.provider.AnswerReader;
import io.llmcost.client.provider.Completion;
import io.llmcost.client.provider.ProviderAdapter;
import io.llmcost.client.provider.ProviderAdapters;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The member {@code provider_response}: a provider's answer as it was received, read by the same
 * adapters as the gateway's, and not kept.
 */
final class ProviderResponse {
  static final String NAME = "provider_response";

  private static final Set<String> MEMBERS = Set.of("endpoint", "body");
  private static final int OK = 200;

  /**
   * What an answer told.
   *
   * @param operation the endpoint's
   * @param modelRequested in the endpoint's path, where APIs name it there
   * @param identity of an answer that can be fetched again
   */
  record Read(
      String operation,
      @Nullable String modelRequested,
      Completion completion,
      @Nullable EventIdentity identity) {}

  private final ProviderAdapters adapters;
  private final JsonMapper mapper;

  ProviderResponse(ProviderAdapters adapters, JsonMapper mapper) {
    this.adapters = adapters;
    this.mapper = mapper;
  }

  /** Returns what the answer in {@code fields} told, or null where it was refused. */
  @Nullable Read read(JsonFields event, JsonFields fields, @Nullable String provider) {
    fields.refuseOthers(MEMBERS);
    String endpoint = fields.requiredText("endpoint");
    JsonNode body = fields.get("body");
    if (body == null) {
      fields.refuse("body", "is required");
    }
    Integer status = event.integer("http_status");
    if (endpoint == null || body == null || provider == null) {
      return null;
    }
    Optional<ProviderAdapter> found = adapters.find(provider, "POST", endpoint);
    if (found.isEmpty()) {
      fields.refuse("endpoint", "no adapter reads " + endpoint + " of " + provider);
      return null;
    }
    ProviderAdapter adapter = found.get();
    AnswerReader reader = adapter.answer(AnswerHead.of(status == null ? OK : status));
    // A string is the text of a stream.
    reader.accept(
        body.isString()
            ? body.stringValue().getBytes(StandardCharsets.UTF_8)
            : mapper.writeValueAsBytes(body));
    Completion completion = reader.end();
    if (completion.pending()) {
      fields.refuse("body", "is an answer that the provider still works on; send its end");
      return null;
    }
    return new Read(
        adapter.operation(),
        adapter.read(new byte[0], endpoint).modelRequested(),
        completion,
        CompletedEvents.identity(adapter, provider, reader).orElse(null));
  }
}
