package io.llmcost.client.request;

import io.llmcost.client.event.JsonFields;
import io.llmcost.client.request.LlmRequest.Role;
import io.llmcost.schemas.EventRules.Violation;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The JSON form of requests, as {@code POST /v1/requests} takes it. For any number of threads. */
public final class LlmRequestJson {
  private static final String PROMPT = "prompt";
  private static final String MESSAGES = "messages";
  private static final String TEMPERATURE = "temperature";
  private static final String MAX_TOKENS = "max_tokens";
  private static final int TEMPERATURE_PLACES = 6;

  private static final Set<String> FIELDS =
      Set.of(
          PROMPT,
          MESSAGES,
          "request_type",
          "model",
          "provider",
          "project",
          "user",
          "user_id",
          "trackable",
          "tags",
          "metadata",
          "request_id",
          TEMPERATURE,
          MAX_TOKENS,
          "stream");
  private static final Set<String> TRACKABLE = Set.of("type", "id");
  private static final Set<String> MESSAGE = Set.of("role", "content");
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private LlmRequestJson() {}

  /**
   * Reads a request.
   *
   * @throws InvalidLlmRequestException it is no JSON, or breaks rules: all that were found
   */
  public static LlmRequest read(byte[] json) {
    JsonNode body;
    try {
      body = JSON.readTree(json);
    } catch (JacksonException e) {
      throw refused("body", "is no JSON: " + e.getOriginalMessage());
    }
    if (!body.isObject()) {
      throw refused("body", "has to be an object, not " + JsonFields.kind(body));
    }
    List<Violation> violations = new ArrayList<>(0);
    JsonFields fields = new JsonFields(body, "", violations);
    fields.refuseOthers(FIELDS);
    if (fields.flag("stream")) {
      fields.refuse("stream", "is not offered here: stream through the provider's own path");
    }
    LlmRequest.Builder request = builder(fields);
    messages(request, fields, violations);
    try {
      LlmRequest built = request.build();
      if (violations.isEmpty()) {
        return built;
      }
    } catch (InvalidLlmRequestException e) {
      e.violations().stream()
          .filter(found -> violations.stream().noneMatch(known -> sameField(known, found)))
          .forEach(violations::add);
    }
    throw new InvalidLlmRequestException(violations);
  }

  // What was there and could not be read is not missing as well.
  private static boolean sameField(Violation known, Violation found) {
    boolean spoken = known.field().startsWith(MESSAGES) && found.field().equals(PROMPT);
    return spoken || known.field().equals(found.field());
  }

  private static InvalidLlmRequestException refused(String field, String reason) {
    return new InvalidLlmRequestException(List.of(new Violation(field, reason)));
  }

  private static LlmRequest.Builder builder(JsonFields fields) {
    String type = fields.text("request_type");
    String user = fields.text("user_id");
    LlmRequest.Builder request =
        LlmRequest.builder(type == null ? "" : type)
            .model(fields.text("model"))
            .provider(fields.text("provider"))
            .project(fields.text("project"))
            .user(user == null ? fields.text("user") : user)
            .tags(fields.entries("tags"))
            .metadata(fields.entries("metadata"))
            .requestId(fields.text("request_id"));
    JsonFields trackable = fields.object("trackable", TRACKABLE);
    if (trackable != null) {
      String kind = trackable.requiredText("type");
      String id = trackable.requiredText("id");
      if (kind != null && id != null) {
        request.trackable(kind, id);
      }
    }
    if (fields.has(TEMPERATURE)) {
      BigDecimal temperature =
          fields.get(TEMPERATURE) == null ? null : fields.decimal(TEMPERATURE, TEMPERATURE_PLACES);
      request.temperature(temperature == null ? null : temperature.stripTrailingZeros());
    }
    Integer maxTokens = fields.integer(MAX_TOKENS);
    return maxTokens == null ? request : request.maxTokens(maxTokens);
  }

  private static void messages(
      LlmRequest.Builder request, JsonFields fields, List<Violation> violations) {
    String prompt = fields.text(PROMPT);
    JsonNode messages = fields.get(MESSAGES);
    if (messages == null) {
      if (prompt != null) {
        request.prompt(prompt);
      }
      return;
    }
    if (prompt != null) {
      fields.refuse(PROMPT, "is there beside messages: give one of them");
    }
    if (!messages.isArray()) {
      fields.refuse(MESSAGES, "has to be an array, not " + JsonFields.kind(messages));
      return;
    }
    for (int i = 0; i < messages.size(); i++) {
      message(request, messages.get(i), MESSAGES + "[" + i + "]", violations);
    }
  }

  private static void message(
      LlmRequest.Builder request, JsonNode node, String where, List<Violation> violations) {
    if (!node.isObject()) {
      violations.add(new Violation(where, "has to be an object, not " + JsonFields.kind(node)));
      return;
    }
    JsonFields message = new JsonFields(node, where + ".", violations);
    message.refuseOthers(MESSAGE);
    String said = message.requiredText("role");
    String content = message.requiredText("content");
    Role role = said == null ? null : role(said);
    if (said != null && role == null) {
      message.refuse("role", "'" + said + "' is none of system, user, assistant");
    }
    if (role != null && content != null) {
      request.message(role, content);
    }
  }

  private static @Nullable Role role(String text) {
    for (Role role : Role.values()) {
      if (name(role).equals(text)) {
        return role;
      }
    }
    return null;
  }

  static String name(Role role) {
    return role.name().toLowerCase(Locale.ROOT);
  }

  /** Returns the JSON of {@code request}, for {@code POST /v1/requests}. */
  public static byte[] write(LlmRequest request) {
    ObjectNode body = JSON.createObjectNode();
    ArrayNode messages = body.putArray(MESSAGES);
    for (LlmRequest.Message message : request.messages()) {
      messages.addObject().put("role", name(message.role())).put("content", message.content());
    }
    body.put("request_type", request.requestType());
    put(body, "model", request.model());
    put(body, "provider", request.provider());
    put(body, "project", request.context().project());
    put(body, "user_id", request.context().userId());
    if (request.context().trackableType() != null) {
      body.putObject("trackable")
          .put("type", request.context().trackableType())
          .put("id", request.context().trackableId());
    }
    put(body, "tags", request.context().tags());
    put(body, "metadata", request.context().metadata());
    put(body, "request_id", request.context().requestId());
    BigDecimal temperature = request.temperature();
    body.put(TEMPERATURE, temperature);
    body.put(MAX_TOKENS, request.maxTokens());
    return JSON.writeValueAsBytes(body);
  }

  private static void put(ObjectNode body, String name, @Nullable String value) {
    if (value != null) {
      body.put(name, value);
    }
  }

  private static void put(ObjectNode body, String name, Map<String, String> entries) {
    if (!entries.isEmpty()) {
      ObjectNode node = body.putObject(name);
      entries.forEach(node::put);
    }
  }
}
