package io.llmcost.client.request;

import io.llmcost.client.request.LlmRequest.Message;
import io.llmcost.client.request.LlmRequest.Role;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What the bodies of several providers have in common. */
final class Bodies {
  private static final JsonMapper JSON = JsonMapper.shared();

  private Bodies() {}

  static ObjectNode object() {
    return JSON.createObjectNode();
  }

  static byte[] bytes(ObjectNode body) {
    return JSON.writeValueAsBytes(body);
  }

  /** Adds every message as {@code {role, content}}. */
  static void messages(ArrayNode to, List<Message> messages) {
    for (Message message : messages) {
      to.addObject()
          .put("role", LlmRequestJson.name(message.role()))
          .put("content", message.content());
    }
  }

  /** Returns the messages that are not the system's. */
  static List<Message> spoken(LlmRequest request) {
    return request.messages().stream().filter(message -> message.role() != Role.SYSTEM).toList();
  }

  /** Returns what the system says, as one text, for APIs that have one place for it; or empty. */
  static String system(LlmRequest request) {
    return request.messages().stream()
        .filter(message -> message.role() == Role.SYSTEM)
        .map(Message::content)
        .collect(Collectors.joining("\n\n"));
  }

  /** Returns a string's text; empty for anything else. */
  static String text(JsonNode node) {
    return node.isString() ? node.stringValue() : "";
  }

  /** Returns a string's text; null for anything else. */
  static @Nullable String name(JsonNode node) {
    return node.isString() ? node.stringValue() : null;
  }

  /** Returns the {@code text} members of {@code parts} as one text; parts without have none. */
  static String texts(JsonNode parts) {
    StringBuilder all = new StringBuilder();
    for (JsonNode part : parts) {
      all.append(text(part.path("text")));
    }
    return all.toString();
  }
}
