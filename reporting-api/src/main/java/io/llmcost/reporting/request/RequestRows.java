package io.llmcost.reporting.request;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.llmcost.reporting.answer.Amount;
import io.llmcost.reporting.request.RequestViews.CostView;
import io.llmcost.reporting.request.RequestViews.EventView;
import io.llmcost.reporting.request.RequestViews.LineView;
import io.llmcost.reporting.request.RequestViews.MeasuredView;
import io.llmcost.reporting.request.RequestViews.RevisionView;
import io.llmcost.reporting.request.RequestViews.SummaryView;
import io.llmcost.reporting.request.RequestViews.TrackableView;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Turns rows of the ledger into what views are made of. */
final class RequestRows {

  private static final TypeReference<Map<String, String>> TEXTS = new TypeReference<>() {};
  private static final TypeReference<List<StoredLine>> LINES = new TypeReference<>() {};

  private final JsonMapper json;

  RequestRows(JsonMapper json) {
    this.json = json;
  }

  /** One ledger row of a request. */
  record Entry(
      EventView event,
      MeasuredView measured,
      RevisionView revision,
      BigDecimal totalCost,
      BigDecimal promptCost,
      BigDecimal completionCost) {}

  /** A line as the ledger keeps it: decimals as text, what it has not left out. */
  record StoredLine(
      @JsonProperty("meter") String meter,
      @JsonProperty("quantity") BigDecimal quantity,
      @JsonProperty("model") @Nullable String model,
      @JsonProperty("status") String status,
      @JsonProperty("unit_price") @Nullable BigDecimal unitPrice,
      @JsonProperty("unit") @Nullable Long unit,
      @JsonProperty("amount") BigDecimal amount,
      @JsonProperty("price_id") @Nullable String priceId,
      @JsonProperty("rate_substituted") @Nullable Boolean rateSubstituted) {

    LineView view() {
      return new LineView(
          meter,
          quantity.stripTrailingZeros(),
          model,
          status,
          unitPrice == null ? null : Amount.plain(unitPrice),
          unit,
          Amount.plain(amount),
          priceId,
          Boolean.TRUE.equals(rateSubstituted));
    }
  }

  Entry entry(ResultSet row) throws SQLException {
    return new Entry(
        event(row),
        measured(row),
        revision(row),
        row.getBigDecimal("total_cost"),
        row.getBigDecimal("prompt_cost"),
        row.getBigDecimal("completion_cost"));
  }

  SummaryView summary(ResultSet row) throws SQLException {
    long prompt = row.getLong("prompt_tokens");
    long completion = row.getLong("completion_tokens");
    return new SummaryView(
        row.getObject("event_id", UUID.class),
        instant(row, "occurred_at"),
        instant(row, "recorded_at"),
        row.getString("source"),
        text(row, "project"),
        row.getString("provider"),
        row.getString("operation"),
        row.getString("model_requested"),
        row.getString("model"),
        text(row, "request_type"),
        text(row, "user_id"),
        trackable(row),
        row.getString("status"),
        row.getString("request_id"),
        row.getString("external_id"),
        prompt,
        completion,
        Math.addExact(prompt, completion),
        cost(row),
        row.getInt("revision_count"));
  }

  private EventView event(ResultSet row) throws SQLException {
    return new EventView(
        row.getObject("event_id", UUID.class),
        row.getString("external_id"),
        instant(row, "occurred_at"),
        instant(row, "recorded_at"),
        row.getString("source"),
        text(row, "project"),
        row.getString("provider"),
        row.getString("operation"),
        row.getString("model_requested"),
        row.getString("model"),
        row.getString("billed_model"),
        row.getString("service_tier"),
        row.getString("region"),
        text(row, "request_type"),
        text(row, "user_id"),
        trackable(row),
        row.getString("api_key_id"),
        texts(row, "tags"),
        texts(row, "metadata"),
        row.getString("status"),
        number(row, "http_status"),
        row.getString("error_code"),
        row.getBoolean("streamed"),
        number(row, "latency_millis"),
        number(row, "time_to_first_token_millis"),
        row.getString("request_id"));
  }

  private static MeasuredView measured(ResultSet row) throws SQLException {
    BigDecimal reported = row.getBigDecimal("reported_cost");
    String currency = row.getString("reported_currency");
    return new MeasuredView(
        row.getString("usage_source"),
        row.getBoolean("usage_inconsistent"),
        number(row, "context_tokens"),
        reported == null || currency == null ? null : Amount.of(reported, currency));
  }

  private RevisionView revision(ResultSet row) throws SQLException {
    List<StoredLine> lines = json.readValue(row.getString("line_items"), LINES);
    return new RevisionView(
        row.getInt("revision"),
        row.getObject("repricing_id", UUID.class),
        instant(row, "recorded_at"),
        row.getLong("price_book_version"),
        row.getInt("requests"),
        row.getInt("fallback_requests"),
        row.getInt("unpriced_requests"),
        row.getLong("prompt_tokens"),
        row.getLong("completion_tokens"),
        cost(row),
        lines.stream().map(StoredLine::view).toList());
  }

  private static CostView cost(ResultSet row) throws SQLException {
    return new CostView(
        row.getString("cost_status"),
        row.getString("currency"),
        Amount.plain(row.getBigDecimal("total_cost")),
        Amount.plain(row.getBigDecimal("prompt_cost")),
        Amount.plain(row.getBigDecimal("completion_cost")));
  }

  private Map<String, String> texts(ResultSet row, String column) throws SQLException {
    String stored = row.getString(column);
    return stored == null ? Map.of() : json.readValue(stored, TEXTS);
  }

  private static @Nullable TrackableView trackable(ResultSet row) throws SQLException {
    String type = row.getString("trackable_type");
    String id = row.getString("trackable_id");
    return type == null || id == null ? null : new TrackableView(type, id);
  }

  // The empty text stands for none in the columns that rollups group by.
  private static @Nullable String text(ResultSet row, String column) throws SQLException {
    String text = row.getString(column);
    return text == null || text.isEmpty() ? null : text;
  }

  private static Instant instant(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }

  private static @Nullable Long number(ResultSet row, String column) throws SQLException {
    long number = row.getLong(column);
    return row.wasNull() ? null : number;
  }
}
