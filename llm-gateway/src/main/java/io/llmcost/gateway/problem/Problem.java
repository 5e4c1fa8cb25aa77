package io.llmcost.gateway.problem;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * An error for a caller, in RFC 9457's members and the two of our own: the field at fault and the
 * reason.
 *
 * @param status the HTTP status
 * @param title what went wrong, the same text for the same kind of error
 * @param detail this occurrence in a sentence
 * @param field the header, field or part of the path at fault, or null
 * @param reason why it is refused, or null
 * @param shape what else the caller's SDK looks for
 */
public record Problem(
    int status,
    String title,
    String detail,
    @Nullable String field,
    @Nullable String reason,
    ErrorShape shape) {

  /** The media type of a problem document. */
  public static final String MEDIA_TYPE = "application/problem+json";

  private static final ObjectMapper JSON = JsonMapper.shared();

  /** Returns a problem that no single field of the request is the cause of. */
  public static Problem of(int status, String title, String detail) {
    return new Problem(status, title, detail, null, null, ErrorShape.PLAIN);
  }

  /** Returns the problem of a request whose {@code field} is refused for {@code reason}. */
  public static Problem invalid(int status, String title, String field, String reason) {
    return new Problem(status, title, field + ": " + reason, field, reason, ErrorShape.PLAIN);
  }

  /** Returns a 400 for a {@code field} that is refused for {@code reason}. */
  public static Problem badRequest(String field, String reason) {
    return invalid(400, "Invalid request", field, reason);
  }

  /** Returns this problem with another sentence on this occurrence. */
  public Problem withDetail(String other) {
    return new Problem(status, title, other, field, reason, shape);
  }

  /** Returns this problem with what a provider's SDK looks for. */
  public Problem in(ErrorShape other) {
    return new Problem(status, title, detail, field, reason, other);
  }

  /** Returns this problem as a JSON tree. */
  public ObjectNode toJson() {
    ObjectNode node = JSON.createObjectNode();
    node.put("type", "about:blank").put("title", title).put("status", status).put("detail", detail);
    if (field != null) {
      node.put("field", field);
    }
    if (reason != null) {
      node.put("reason", reason);
    }
    shape.add(node, this);
    return node;
  }

  /** Returns this problem as a JSON document in UTF-8, with {@code more} members. */
  public byte[] toBytes(Map<String, String> more) {
    ObjectNode node = toJson();
    more.forEach(node::put);
    return JSON.writeValueAsBytes(node);
  }
}
