package io.llmcost.client.event;

import io.llmcost.client.provider.Completion;
import io.llmcost.client.provider.ProviderAdapters;
import io.llmcost.schemas.EventIds;
import io.llmcost.schemas.EventIds.Identity;
import io.llmcost.schemas.EventRules;
import io.llmcost.schemas.EventRules.Violation;
import io.llmcost.schemas.LlmRequestCompleted;
import io.llmcost.schemas.Meters;
import io.llmcost.schemas.ReportedCost;
import io.llmcost.schemas.Statuses;
import io.llmcost.schemas.Trackable;
import io.llmcost.schemas.UsageItem;
import io.llmcost.schemas.UsageSources;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
  private static final int COST_SCALE = 18;

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
  private static final Set<String> USAGE_FIELDS = Set.of("meter", "quantity", "model");
  private static final Set<String> TRACKABLE_FIELDS = Set.of("type", "id");
  private static final Set<String> COST_FIELDS = Set.of("amount", "currency");

  private final JsonMapper mapper =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();
  private final ProviderResponse responses;

  /** Reads the answers in {@code provider_response} with {@code adapters}. */
  public EventJson(ProviderAdapters adapters) {
    responses = new ProviderResponse(adapters, mapper);
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
    context(event, fields, violations);
    outcome(event, fields);
    ProviderResponse.@Nullable Read read = usage(event, fields, violations);
    boolean deduplicated =
        identity(event, fields, read == null ? null : read.identity(), idempotencyKey, now);
    if (violations.isEmpty()) {
      violations.addAll(EventRules.violations(event, now));
    }
    return violations.isEmpty() ? new Accepted(event, deduplicated) : new Refused(violations);
  }

  private static void context(
      LlmRequestCompleted event, JsonFields fields, List<Violation> violations) {
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
    JsonFields trackable = object(fields, "trackable", TRACKABLE_FIELDS, violations);
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

  // The usage is given as items, or told by the provider's own answer, never by both.
  private ProviderResponse.@Nullable Read usage(
      LlmRequestCompleted event, JsonFields fields, List<Violation> violations) {
    JsonFields response = object(fields, ProviderResponse.NAME, null, violations);
    event.setUsage(items(fields, violations));
    event.setProviderReportedCost(cost(fields, violations));
    String source = fields.text("usage_source");
    event.setUsageSource(orElse(source, UsageSources.PROVIDER));
    if (response == null) {
      withoutResponse(event, fields, source);
      return null;
    }
    if (fields.get("usage") != null || source != null) {
      fields.refuse("usage", "is told by provider_response already; give one of the two");
    }
    String provider = event.getProvider().isEmpty() ? null : event.getProvider();
    ProviderResponse.Read read = responses.read(fields, response, provider);
    if (read != null) {
      told(event, fields, read);
    }
    return read;
  }

  private static void withoutResponse(
      LlmRequestCompleted event, JsonFields fields, @Nullable String source) {
    if (fields.get("status") == null) {
      fields.refuse("status", "is required");
    }
    boolean ended = !event.getStatus().equals(Statuses.SUCCEEDED);
    if (event.getUsage().isEmpty() && ended && source == null) {
      event.setUsageSource(UsageSources.NONE);
    }
  }

  // What the caller says counts before what the answer says.
  private static void told(
      LlmRequestCompleted event, JsonFields fields, ProviderResponse.Read read) {
    LlmCallContext source = LlmCallContext.of("any");
    Completion completion = read.completion();
    LlmRequestCompleted told =
        CompletedEvents.of(
            source,
            new LlmCall(
                EventIds.derive(Instant.EPOCH, "", ""),
                "any",
                read.operation(),
                event.getModelRequested(),
                event.getRegion(),
                false,
                null,
                Instant.EPOCH,
                null,
                null),
            completion);
    if (fields.get("operation") == null) {
      event.setOperation(read.operation());
    }
    if (fields.get("status") == null) {
      event.setStatus(told.getStatus());
    }
    event.setModel(orElse(event.getModel(), told.getModel()));
    event.setServiceTier(orElse(event.getServiceTier(), told.getServiceTier()));
    event.setRegion(told.getRegion());
    event.setErrorCode(orElse(event.getErrorCode(), told.getErrorCode()));
    event.setUsage(told.getUsage());
    event.setUsageSource(told.getUsageSource());
    event.setUsageInconsistent(told.getUsageInconsistent());
    if (event.getContextTokens() == null) {
      event.setContextTokens(told.getContextTokens());
    }
    if (event.getProviderReportedCost() == null) {
      event.setProviderReportedCost(told.getProviderReportedCost());
    }
    if (!told.getMetadata().isEmpty()) {
      Map<String, String> metadata = new HashMap<>(told.getMetadata());
      metadata.putAll(event.getMetadata());
      event.setMetadata(metadata);
    }
  }

  private static List<UsageItem> items(JsonFields fields, List<Violation> violations) {
    JsonNode array = fields.get("usage");
    List<UsageItem> items = new ArrayList<>(array == null ? 0 : array.size());
    if (array == null) {
      return items;
    }
    if (!array.isArray()) {
      fields.refuse("usage", "has to be an array, not " + JsonFields.kind(array));
      return items;
    }
    for (int i = 0; i < array.size() && violations.size() <= EventRules.MAX_ENTRIES; i++) {
      JsonNode node = array.get(i);
      if (!node.isObject()) {
        fields.refuse("usage[" + i + "]", "has to be an object, not " + JsonFields.kind(node));
        continue;
      }
      JsonFields item = new JsonFields(node, "usage[" + i + "].", violations);
      item.refuseOthers(USAGE_FIELDS);
      BigDecimal quantity = item.decimal("quantity", Meters.QUANTITY_SCALE);
      items.add(
          new UsageItem(
              orEmpty(item.requiredText("meter")),
              quantity == null ? BigDecimal.ZERO.setScale(Meters.QUANTITY_SCALE) : quantity,
              item.text("model")));
    }
    return items;
  }

  private static @Nullable ReportedCost cost(JsonFields fields, List<Violation> violations) {
    JsonFields cost = object(fields, "provider_reported_cost", COST_FIELDS, violations);
    if (cost == null) {
      return null;
    }
    BigDecimal amount = cost.decimal("amount", COST_SCALE);
    String currency = cost.requiredText("currency");
    return amount == null ? null : new ReportedCost(amount, orEmpty(currency));
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

  private static @Nullable JsonFields object(
      JsonFields fields, String name, @Nullable Set<String> known, List<Violation> violations) {
    JsonNode node = fields.get(name);
    if (node == null) {
      return null;
    }
    if (!node.isObject()) {
      fields.refuse(name, "has to be an object, not " + JsonFields.kind(node));
      return null;
    }
    JsonFields inner = new JsonFields(node, name + ".", violations);
    if (known != null) {
      inner.refuseOthers(known);
    }
    return inner;
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static String orElse(@Nullable String text, String other) {
    return text == null ? other : text;
  }
}
