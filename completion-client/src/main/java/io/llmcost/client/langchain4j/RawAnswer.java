package io.llmcost.client.langchain4j;

import dev.langchain4j.http.client.SuccessfulHttpResponse;
import dev.langchain4j.http.client.sse.ServerSentEvent;
import dev.langchain4j.model.chat.response.ChatResponseMetadata;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A provider's answer as it came, where the model's metadata keep it. Each of LangChain4j's modules
 * has that under the same two names and in no common type, so they are looked for by name.
 *
 * @param text the body, or the event-stream put together again
 */
record RawAnswer(String text, boolean streamed) {
  private static final ClassValue<Handles> HANDLES =
      new ClassValue<>() {
        @Override
        protected Handles computeValue(Class<?> type) {
          return new Handles(find(type, "rawHttpResponse"), find(type, "rawServerSentEvents"));
        }
      };

  private record Handles(@Nullable MethodHandle body, @Nullable MethodHandle events) {}

  /** Returns the answer; null where the metadata do not keep it. */
  static @Nullable RawAnswer of(ChatResponseMetadata metadata) {
    Handles handles = HANDLES.get(metadata.getClass());
    if (call(handles.events(), metadata) instanceof List<?> events && !events.isEmpty()) {
      return new RawAnswer(Texts.stream(events), true);
    }
    Object response = call(handles.body(), metadata);
    String body = response == null ? null : Texts.body(response);
    return body == null ? null : new RawAnswer(body, false);
  }

  /** What names classes of the HTTP client's module, which need not be there. */
  private static final class Texts {
    // Listeners are told at the event that ends the stream, which is not among them yet.
    private static final String END = "data: {\"type\":\"message_stop\"}\n\n";

    static String stream(List<?> events) {
      StringBuilder text = new StringBuilder();
      for (Object each : events) {
        if (each instanceof ServerSentEvent event && event.data() != null) {
          if (event.event() != null) {
            text.append("event: ").append(event.event()).append('\n');
          }
          event.data().lines().forEach(line -> text.append("data: ").append(line).append('\n'));
          text.append('\n');
        }
      }
      return text.append(END).toString();
    }

    static @Nullable String body(Object response) {
      return response instanceof SuccessfulHttpResponse http ? http.body() : null;
    }
  }

  private static @Nullable MethodHandle find(Class<?> type, String name) {
    try {
      return MethodHandles.publicLookup()
          .unreflect(type.getMethod(name))
          .asType(MethodType.methodType(Object.class, Object.class));
    } catch (NoSuchMethodException | IllegalAccessException e) {
      return null;
    }
  }

  private static @Nullable Object call(@Nullable MethodHandle handle, Object metadata) {
    if (handle == null) {
      return null;
    }
    try {
      return handle.invokeExact(metadata);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
