package io.llmcost.calculator.repricing;

import io.llmcost.calculator.costing.CostSums;
import io.llmcost.calculator.costing.PastEvent;
import io.llmcost.schemas.LlmRequestCompleted;
import io.llmcost.schemas.Meters;
import io.llmcost.schemas.ReportedCost;
import io.llmcost.schemas.Sha256;
import io.llmcost.schemas.Trackable;
import io.llmcost.schemas.UsageItem;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Makes the event again that a ledger row was made from: the row has every field of it. */
final class PastEventRows {

  private final JsonMapper json;

  PastEventRows(JsonMapper json) {
    this.json = json;
  }

  PastEvent read(ResultSet row) throws SQLException {
    UUID eventId = row.getObject("event_id", UUID.class);
    return new PastEvent(
        eventId,
        completed(eventId, row),
        row.getString("billed_model"),
        new Sha256(row.getBytes("completion_digest")),
        row.getString("cost_status"),
        new CostSums(
            row.getInt("requests"),
            row.getInt("fallback_requests"),
            row.getInt("unpriced_requests"),
            row.getLong("prompt_tokens"),
            row.getLong("completion_tokens"),
            row.getBigDecimal("total_cost"),
            row.getBigDecimal("prompt_cost"),
            row.getBigDecimal("completion_cost")),
        row.getBigDecimal("moved"));
  }

  private LlmRequestCompleted completed(UUID eventId, ResultSet row) throws SQLException {
    return LlmRequestCompleted.newBuilder()
        .setEventId(eventId.toString())
        .setExternalId(row.getString("external_id"))
        .setOccurredAt(row.getObject("occurred_at", OffsetDateTime.class).toInstant())
        .setSource(row.getString("source"))
        .setProject(emptyToNull(row.getString("project")))
        .setProvider(row.getString("provider"))
        .setOperation(row.getString("operation"))
        .setModelRequested(row.getString("model_requested"))
        .setModel(row.getString("model"))
        .setServiceTier(row.getString("service_tier"))
        .setRegion(row.getString("region"))
        .setRequestType(emptyToNull(row.getString("request_type")))
        .setUserId(emptyToNull(row.getString("user_id")))
        .setTrackable(trackable(row))
        .setApiKeyId(row.getString("api_key_id"))
        .setTags(texts(row.getString("tags")))
        .setMetadata(texts(row.getString("metadata")))
        .setStatus(row.getString("status"))
        .setHttpStatus(row.getObject("http_status", Integer.class))
        .setErrorCode(row.getString("error_code"))
        .setStreamed(row.getBoolean("streamed"))
        .setLatencyMillis(row.getObject("latency_millis", Long.class))
        .setTimeToFirstTokenMillis(row.getObject("time_to_first_token_millis", Long.class))
        .setUsage(usage(row.getString("line_items")))
        .setUsageSource(row.getString("usage_source"))
        .setUsageInconsistent(row.getBoolean("usage_inconsistent"))
        .setContextTokens(row.getObject("context_tokens", Long.class))
        .setProviderReportedCost(reported(row))
        .setRequestId(row.getString("request_id"))
        .build();
  }

  private List<UsageItem> usage(String lines) {
    List<UsageItem> usage = new ArrayList<>();
    for (JsonNode line : json.readTree(lines)) {
      usage.add(item(line));
    }
    return usage;
  }

  /** Reads an item of usage: its meter, its quantity as a decimal string, its model if it has. */
  static UsageItem item(JsonNode node) {
    JsonNode model = node.path("model");
    return new UsageItem(
        node.path("meter").asString(),
        new BigDecimal(node.path("quantity").asString()).setScale(Meters.QUANTITY_SCALE),
        model.isString() ? model.stringValue() : null);
  }

  private Map<String, String> texts(@Nullable String stored) {
    Map<String, String> texts = new HashMap<>();
    if (stored != null) {
      json.readTree(stored)
          .properties()
          .forEach(entry -> texts.put(entry.getKey(), entry.getValue().asString()));
    }
    return texts;
  }

  private static @Nullable Trackable trackable(ResultSet row) throws SQLException {
    String type = row.getString("trackable_type");
    String id = row.getString("trackable_id");
    return type == null || id == null ? null : new Trackable(type, id);
  }

  private static @Nullable ReportedCost reported(ResultSet row) throws SQLException {
    BigDecimal amount = row.getBigDecimal("reported_cost");
    String currency = row.getString("reported_currency");
    return amount == null || currency == null ? null : new ReportedCost(amount, currency);
  }

  private static @Nullable String emptyToNull(@Nullable String text) {
    return text == null || text.isEmpty() ? null : text;
  }
}
