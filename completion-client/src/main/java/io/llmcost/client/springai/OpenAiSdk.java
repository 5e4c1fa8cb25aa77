package io.llmcost.client.springai;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.openai.core.ObjectMappers;
import com.openai.errors.OpenAIServiceException;
import org.jspecify.annotations.Nullable;

/** What names classes of OpenAI's SDK, which need not be there: used for its objects alone. */
final class OpenAiSdk {
  private OpenAiSdk() {}

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
    return error instanceof OpenAIServiceException service
        ? Integer.valueOf(service.statusCode())
        : null;
  }

  static String body(Throwable error) {
    return error instanceof OpenAIServiceException service ? json(service.body()) : "";
  }
}
