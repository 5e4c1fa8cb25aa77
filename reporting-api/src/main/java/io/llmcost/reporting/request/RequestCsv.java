package io.llmcost.reporting.request;

import io.llmcost.reporting.answer.Csv;
import io.llmcost.reporting.request.RequestViews.SummaryView;
import io.llmcost.reporting.request.RequestViews.TrackableView;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A list of requests as CSV, under the names that their fields have in the ledger. */
final class RequestCsv {

  private static final Map<String, Function<SummaryView, @Nullable Object>> COLUMNS = columns();

  private RequestCsv() {}

  static Csv of(List<SummaryView> requests) {
    Csv csv = new Csv(List.copyOf(COLUMNS.keySet()));
    for (SummaryView request : requests) {
      csv.add(
          COLUMNS.values().stream()
              .map(column -> Objects.toString(column.apply(request), ""))
              .toList());
    }
    return csv;
  }

  private static Map<String, Function<SummaryView, @Nullable Object>> columns() {
    Map<String, Function<SummaryView, @Nullable Object>> columns = new LinkedHashMap<>();
    columns.put("event_id", SummaryView::eventId);
    columns.put("occurred_at", SummaryView::occurredAt);
    columns.put("recorded_at", SummaryView::recordedAt);
    columns.put("source", SummaryView::source);
    columns.put("project", SummaryView::project);
    columns.put("provider", SummaryView::provider);
    columns.put("operation", SummaryView::operation);
    columns.put("model_requested", SummaryView::modelRequested);
    columns.put("model", SummaryView::model);
    columns.put("request_type", SummaryView::requestType);
    columns.put("user_id", SummaryView::userId);
    columns.put("trackable_type", request -> trackable(request, TrackableView::type));
    columns.put("trackable_id", request -> trackable(request, TrackableView::id));
    columns.put("status", SummaryView::status);
    columns.put("request_id", SummaryView::requestId);
    columns.put("external_id", SummaryView::externalId);
    columns.put("prompt_tokens", SummaryView::promptTokens);
    columns.put("completion_tokens", SummaryView::completionTokens);
    columns.put("total_tokens", SummaryView::totalTokens);
    columns.put("cost_status", request -> request.cost().status());
    columns.put("currency", request -> request.cost().currency());
    columns.put("total_cost", request -> request.cost().total());
    columns.put("prompt_cost", request -> request.cost().prompt());
    columns.put("completion_cost", request -> request.cost().completion());
    columns.put("revision_count", SummaryView::revisionCount);
    return columns;
  }

  private static @Nullable String trackable(
      SummaryView request, Function<TrackableView, String> part) {
    TrackableView trackable = request.trackable();
    return trackable == null ? null : part.apply(trackable);
  }
}
