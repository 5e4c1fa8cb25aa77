package io.llmcost.client.event;

import io.llmcost.client.provider.ProviderAdapters;
import io.llmcost.schemas.EventIds;
import io.llmcost.schemas.EventIds.Identity;
import io.llmcost.schemas.EventRules;
import io.llmcost.schemas.EventRules.Violation;
import io.llmcost.schemas.LlmRequestCompleted;
import io.llmcost.schemas.Trackable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The JSON form of events, as {@code POST /v1/events} and {@code emit --events} take it: one object
 * an event, field names those of the Avro schema. For any number of threads.
 */
public final class EventJson {
  private static final String BODY = "body";
  private static final String EVENTS = "events";
  private static final String DEFAULT_OPERATION = "chat";

  private static final Set<String> FIELDS =
      Set.of(
          "event_id",
          "occurred_at",
          "source",
          "project",
          "provider",
          "operation",
          "model_requested",
          "model",
          "service_tier",
          "region",
          "request_type",
          "user_id",
          "trackable",
          "api_key_id",
          "tags",
          "metadata",
          "status",
          "http_status",
          "error_code",
          "streamed",
          "latency_millis",
          "time_to_first_token_millis",
          "usage",
          "usage_source",
          "context_tokens",
          "provider_reported_cost",
          "request_id",
          ProviderResponse.NAME);
  private static final Set<String> TRACKABLE_FIELDS = Set.of("type", "id");

  private final JsonMapper mapper =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();
  private final EventUsage usage;

  /** Reads the answers in {@code provider_response} with {@code adapters}. */
  public EventJson(ProviderAdapters adapters) {
    usage = new EventUsage(new ProviderResponse(adapters, mapper));
  }

  /** What became of one event's JSON. */
  public sealed interface Outcome {}

  /**
   * A valid event.
   *
   * @param deduplicated whether a second sending of the same JSON (and idempotency key) gives the
   *     same event_id
   */
  public record Accepted(LlmRequestCompleted event, boolean deduplicated) implements Outcome {}

  /** Every reason found to refuse it, at least one. */
  public record Refused(List<Violation> violations) implements Outcome {
    public Refused {
      violations = List.copyOf(violations);
    }
  }

  /**
   * The body of one request.
   *
   * @param batch whether it was {@code {"events": [...]}}
   * @param outcomes one for each event, in order; exactly one where it was no batch
   */
  public record Request(boolean batch, List<Outcome> outcomes) {
    public Request {
      outcomes = List.copyOf(outcomes);
    }
  }

  /**
   * Reads a request: one event, or {@code {"events": [...]}}, each item standing alone. Text that
   * is no JSON is one refusal, of a request that is no batch, with the field {@code body}.
   *
   * @param idempotencyKey stands for the event_id of events without one: as it is, or in a batch
   *     followed by {@code /} and the position from 0
   * @param now the time that occurred_at is compared with
   */
  public Request readRequest(byte[] json, @Nullable String idempotencyKey, Instant now) {
    JsonNode body;
    try {
      body = mapper.readTree(json);
    } catch (JacksonException e) {
      return single(refused(BODY, "is no JSON: " + e.getOriginalMessage()));
    }
    JsonNode events = body.isObject() ? body.get(EVENTS) : null;
    if (events == null) {
      return single(event(body, BODY, idempotencyKey, now));
    }
    if (body.size() > 1 || !events.isArray()) {
      return single(refused(EVENTS, "has to be an array, and the body's only field"));
    }
    List<Outcome> outcomes = new ArrayList<>(events.size());
    for (int i = 0; i < events.size(); i++) {
      String key = idempotencyKey == null ? null : idempotencyKey + "/" + i;
      outcomes.add(event(events.get(i), EVENTS + "[" + i + "]", key, now));
    }
    return new Request(true, outcomes);
  }

  /** Reads one event; {@code idempotencyKey} stands for its event_id where it has none. */
  public Outcome readEvent(byte[] json, @Nullable String idempotencyKey, Instant now) {
    try {
      return event(mapper.readTree(json), BODY, idempotencyKey, now);
    } catch (JacksonException e) {
      return refused(BODY, "is no JSON: " + e.getOriginalMessage());
    }
  }

  private static Request single(Outcome outcome) {
    return new Request(false, List.of(outcome));
  }

  private static Refused refused(String field, String reason) {
    return new Refused(List.of(new Violation(field, reason)));
  }

  private Outcome event(JsonNode node, String where, @Nullable String idempotencyKey, Instant now) {
    if (!node.isObject()) {
      return refused(where, "has to be an object, not " + JsonFields.kind(node));
    }
    List<Violation> violations = new ArrayList<>(0);
    JsonFields fields = new JsonFields(node, "", violations);
    fields.refuseOthers(FIELDS);
    LlmRequestCompleted event = new LlmRequestCompleted();
    context(event, fields);
    outcome(event, fields);
    ProviderResponse.@Nullable Read read = usage.read(event, fields, violations);
    boolean deduplicated =
        identity(event, fields, read == null ? null : read.identity(), idempotencyKey, now);
    if (violations.isEmpty()) {
      violations.addAll(EventRules.violations(event, now));
    }
    return violations.isEmpty() ? new Accepted(event, deduplicated) : new Refused(violations);
  }

  private static void context(LlmRequestCompleted event, JsonFields fields) {
    event.setSource(orEmpty(fields.requiredText("source")));
    event.setProvider(orEmpty(fields.requiredText("provider")));
    event.setProject(fields.text("project"));
    event.setModelRequested(fields.text("model_requested"));
    event.setModel(fields.text("model"));
    event.setServiceTier(fields.text("service_tier"));
    event.setRegion(fields.text("region"));
    event.setRequestType(fields.text("request_type"));
    event.setUserId(fields.text("user_id"));
    event.setApiKeyId(fields.text("api_key_id"));
    event.setRequestId(fields.text("request_id"));
    event.setTags(fields.entries("tags"));
    event.setMetadata(fields.entries("metadata"));
    JsonFields trackable = fields.object("trackable", TRACKABLE_FIELDS);
    if (trackable != null) {
      event.setTrackable(
          new Trackable(
              orEmpty(trackable.requiredText("type")), orEmpty(trackable.requiredText("id"))));
    }
  }

  private static void outcome(LlmRequestCompleted event, JsonFields fields) {
    event.setStatus(orEmpty(fields.text("status")));
    event.setHttpStatus(fields.integer("http_status"));
    event.setErrorCode(fields.text("error_code"));
    event.setStreamed(fields.flag("streamed"));
    event.setLatencyMillis(fields.whole("latency_millis"));
    event.setTimeToFirstTokenMillis(fields.whole("time_to_first_token_millis"));
    event.setContextTokens(fields.whole("context_tokens"));
    event.setOperation(orElse(fields.text("operation"), DEFAULT_OPERATION));
  }

  /** Gives the event its id and time, and returns whether both would be the same another time. */
  private static boolean identity(
      LlmRequestCompleted event,
      JsonFields fields,
      @Nullable EventIdentity fetchable,
      @Nullable String idempotencyKey,
      Instant now) {
    Instant occurredAt = fields.time("occurred_at");
    String given = fields.text("event_id");
    event.setOccurredAt(occurredAt == null ? now : occurredAt);
    event.setEventId("");
    if (occurredAt == null) {
      return false;
    }
    String id = given == null ? idempotencyKey : given;
    if (given == null && fetchable != null) {
      event.setEventId(fetchable.eventId().toString());
      event.setOccurredAt(fetchable.occurredAt());
    } else if (id == null) {
      event.setEventId(fresh(event, occurredAt, now).toString());
      return false;
    } else if (id.isBlank()) {
      fields.refuse("event_id", "is blank");
    } else {
      Identity identity = EventIds.normalise(id, occurredAt, event.getSource());
      event.setEventId(identity.eventId());
      event.setExternalId(identity.externalId());
    }
    return true;
  }

  // An id far from occurred_at would be taken for a foreign one, and be changed on the way.
  private static UUID fresh(LlmRequestCompleted event, Instant occurredAt, Instant now) {
    return Duration.between(occurredAt, now).abs().compareTo(EventIds.TOLERANCE) < 0
        ? EventIds.mint(now)
        : EventIds.derive(occurredAt, event.getSource(), UUID.randomUUID().toString());
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static String orElse(@Nullable String text, String other) {
    return text == null ? other : text;
  }
}
