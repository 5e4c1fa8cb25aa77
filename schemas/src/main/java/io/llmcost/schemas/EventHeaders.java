package io.llmcost.schemas;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Kafka record headers of both event topics, UTF-8: what an operator filters by when the value
 * cannot be decoded.
 */
public final class EventHeaders {
  public static final String PROJECT = "llmcost-project";
  public static final String PROVIDER = "llmcost-provider";
  public static final String MODEL = "llmcost-model";
  public static final String SOURCE = "llmcost-source";

  private EventHeaders() {}

  /** Returns the headers of {@code event}, absent fields left out. */
  public static Map<String, String> of(LlmRequestCompleted event) {
    Map<String, String> headers = new LinkedHashMap<>();
    put(headers, PROJECT, event.getProject());
    put(headers, PROVIDER, event.getProvider());
    put(headers, MODEL, event.getModel() != null ? event.getModel() : event.getModelRequested());
    put(headers, SOURCE, event.getSource());
    return headers;
  }

  private static void put(Map<String, String> headers, String name, @Nullable String value) {
    if (value != null && !value.isEmpty()) {
      headers.put(name, value);
    }
  }
}
