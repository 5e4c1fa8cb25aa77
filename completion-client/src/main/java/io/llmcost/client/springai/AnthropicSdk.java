package io.llmcost.client.springai;

import com.anthropic.core.ObjectMappers;
import com.anthropic.errors.AnthropicServiceException;
import com.fasterxml.jackson.core.JsonProcessingException;
import org.jspecify.annotations.Nullable;

/** What names classes of Anthropic's SDK, which need not be there: used for its objects alone. */
final class AnthropicSdk {
  private AnthropicSdk() {}

  /** Returns an object of the SDK's as the provider sent it. */
  static String json(Object value) {
    try {
      return ObjectMappers.jsonMapper().writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(value.getClass().getName(), e);
    }
  }

  /** Returns the status of the answer that {@code error} is; null where there was no answer. */
  static @Nullable Integer status(Throwable error) {
    return error instanceof AnthropicServiceException service
        ? Integer.valueOf(service.statusCode())
        : null;
  }

  static String body(Throwable error) {
    return error instanceof AnthropicServiceException service ? json(service.body()) : "";
  }
}
