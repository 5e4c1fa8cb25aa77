package io.llmcost.client.springai;

import io.llmcost.client.ObservedCall;
import io.llmcost.client.ObservedCall.Api;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Tells what a model's error was: the provider's own, or that there was no provider to be had. */
final class Failures {
  private static final int MAX_DEPTH = 20;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private Failures() {}

  static void record(ObservedCall call, Api api, Throwable error) {
    Integer status = null;
    String body = "";
    Throwable at = error;
    for (int depth = 0; at != null && depth < MAX_DEPTH && status == null; depth++) {
      status = status(at);
      body = status == null ? body : body(at);
      at = at.getCause();
    }
    if (status == null) {
      call.failed(api, code(error));
    } else {
      call.refused(api, status, body.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static String code(Throwable error) {
    Throwable at = error;
    for (int depth = 0; at != null && depth < MAX_DEPTH; depth++, at = at.getCause()) {
      if (at instanceof ConnectException || at instanceof UnknownHostException) {
        return "provider_unreachable";
      }
      if (at instanceof InterruptedIOException) { // a socket's time-out is one
        return "provider_timeout";
      }
    }
    return error.getClass().getSimpleName();
  }

  // By the names of their classes, so that neither SDK need be there.
  private static @Nullable Integer status(Throwable error) {
    String type = error.getClass().getName();
    if (type.startsWith("com.openai.errors.")) {
      return OpenAiSdk.status(error);
    }
    return type.startsWith("com.anthropic.errors.") ? AnthropicSdk.status(error) : null;
  }

  // One SDK keeps the whole body, the other what its member error holds.
  private static String body(Throwable error) {
    String body =
        error.getClass().getName().startsWith("com.openai.")
            ? OpenAiSdk.body(error)
            : AnthropicSdk.body(error);
    try {
      return JSON.readTree(body).has("error") ? body : "{\"error\":" + body + "}";
    } catch (JacksonException e) {
      return "";
    }
  }
}
