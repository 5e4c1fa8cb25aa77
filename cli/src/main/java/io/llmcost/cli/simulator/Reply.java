package io.llmcost.cli.simulator;

import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** An HTTP answer, whole or as server-sent events, with what it would put on the bill. */
sealed interface Reply {
  Answer answer();

  record Whole(int status, Map<String, String> headers, JsonNode body, Answer answer)
      implements Reply {}

  /**
   * @param events each a complete server-sent event with its closing blank line
   */
  record Streamed(Map<String, String> headers, List<String> events, Answer answer)
      implements Reply {}
}
