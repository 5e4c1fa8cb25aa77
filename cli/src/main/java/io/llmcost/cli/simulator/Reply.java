package io.llmcost.cli.simulator;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** An HTTP answer, whole or as a stream of events, with what it would put on the bill. */
sealed interface Reply {
  /**
   * @param answer null where nothing is billed
   */
  record Whole(int status, Map<String, String> headers, JsonNode body, @Nullable Answer answer)
      implements Reply {}

  /**
   * @param events each with all of its framing
   */
  record Streamed(
      String contentType, Map<String, String> headers, List<byte[]> events, Answer answer)
      implements Reply {

    /** Server-sent events, each complete with its closing blank line. */
    static Streamed sse(Map<String, String> headers, List<String> events, Answer answer) {
      return new Streamed(
          "text/event-stream; charset=utf-8",
          headers,
          events.stream().map(event -> event.getBytes(StandardCharsets.UTF_8)).toList(),
          answer);
    }
  }
}
