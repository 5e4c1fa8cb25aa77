package io.llmcost.client.langchain4j;

import dev.langchain4j.exception.HttpException;
import dev.langchain4j.exception.TimeoutException;
import io.llmcost.client.ObservedCall;
import io.llmcost.client.ObservedCall.Api;
import java.net.ConnectException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Tells what a model's error was: the provider's own, or that there was no provider to be had. */
final class Failures {
  private static final int MAX_DEPTH = 20;

  private Failures() {}

  static void record(ObservedCall call, Api api, Throwable error) {
    HttpException refused = cause(error, HttpException.class);
    if (refused == null) {
      call.failed(api, code(error));
      return;
    }
    // Its message is the body: the adapters find the provider's code there and keep nothing else.
    String body = refused.getMessage() == null ? "" : refused.getMessage();
    call.refused(api, refused.statusCode(), body.getBytes(StandardCharsets.UTF_8));
  }

  private static String code(Throwable error) {
    if (cause(error, TimeoutException.class) != null
        || cause(error, HttpTimeoutException.class) != null) {
      return "provider_timeout";
    }
    if (cause(error, ConnectException.class) != null
        || cause(error, UnresolvedAddressException.class) != null) {
      return "provider_unreachable";
    }
    return error.getClass().getSimpleName();
  }

  private static <T extends Throwable> @Nullable T cause(Throwable error, Class<T> type) {
    Throwable at = error;
    for (int depth = 0; at != null && depth < MAX_DEPTH; depth++, at = at.getCause()) {
      if (type.isInstance(at)) {
        return type.cast(at);
      }
    }
    return null;
  }
}
