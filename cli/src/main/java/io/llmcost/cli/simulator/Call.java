package io.llmcost.cli.simulator;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A call as the simulated provider sees it.
 *
 * @param number of this call since the start, which makes ids unique
 * @param header by lower-case name
 */
record Call(long number, JsonNode body, Function<String, @Nullable String> header) {

  /** The status that the caller asked this call to fail with, or 0. */
  int wantedStatus() {
    String wanted = header.apply(ProviderSimulator.STATUS_HEADER);
    if (wanted == null || !wanted.matches("[45]\\d\\d")) {
      return 0;
    }
    return Integer.parseInt(wanted);
  }

  String text(String field) {
    return body.path(field).asString("");
  }

  boolean streamed() {
    return body.path("stream").asBoolean(false);
  }

  /** The same call with what its path says where others have it in the body. */
  Call with(String model, boolean streamed) {
    ObjectNode said = body.isObject() ? ((ObjectNode) body).deepCopy() : emptyBody();
    return new Call(number, said.put("model", model).put("stream", streamed), header);
  }

  private static ObjectNode emptyBody() {
    return tools.jackson.databind.node.JsonNodeFactory.instance.objectNode();
  }

  /** The same for every call that asks a model the same, however it wants to be answered. */
  Words words() {
    return new Words(
        text("model")
            + body.path("system")
            + body.path("messages")
            + body.path("input")
            + body.path("contents"));
  }

  /** An id in a provider's form, different for each call. */
  String id(String prefix, int length) {
    return prefix + new Words(number + "/" + body).letters(length);
  }
}
