package io.llmcost.reporting.request;

import io.llmcost.reporting.answer.Amount;
import io.llmcost.reporting.ledger.Ledger;
import io.llmcost.reporting.plan.RequestQuery;
import io.llmcost.reporting.request.RequestRows.Entry;
import io.llmcost.reporting.request.RequestViews.CostView;
import io.llmcost.reporting.request.RequestViews.LineView;
import io.llmcost.reporting.request.RequestViews.PageView;
import io.llmcost.reporting.request.RequestViews.RequestView;
import io.llmcost.reporting.request.RequestViews.RevisionView;
import io.llmcost.reporting.request.RequestViews.SummaryView;
import io.llmcost.reporting.request.RequestViews.UsageView;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Reads single requests: the event from its first row, what it costs from the sum of all. */
@Component
class RequestReader {

  private static final String ONE =
      """
      select event_id, revision, repricing_id, recorded_at, occurred_at, source, project, provider,
             operation, model_requested, model, billed_model, service_tier, region, request_type,
             user_id, trackable_type, trackable_id, api_key_id, tags, metadata, status, http_status,
             error_code, streamed, latency_millis, time_to_first_token_millis, usage_source,
             usage_inconsistent, context_tokens, reported_cost, reported_currency, request_id,
             external_id, requests, fallback_requests, unpriced_requests, prompt_tokens,
             completion_tokens, price_book_version, cost_status, currency, total_cost, prompt_cost,
             completion_cost, line_items
        from cost_entry
       where event_id = ?
       order by revision
      """;

  private final Ledger ledger;
  private final RequestRows rows;

  RequestReader(Ledger ledger, JsonMapper json) {
    this.ledger = ledger;
    this.rows = new RequestRows(json);
  }

  /** Returns one page, newest first. */
  PageView page(RequestQuery query) {
    RequestSql sql = RequestSql.of(query);
    List<SummaryView> read =
        ledger.read(
            "requests",
            "entries",
            jdbc ->
                jdbc.sql(sql.text())
                    .params(sql.values())
                    .query((row, i) -> rows.summary(row))
                    .list());
    if (read.size() <= query.limit()) {
      return new PageView("page", read, false, null);
    }
    List<SummaryView> kept = read.subList(0, query.limit());
    SummaryView last = kept.getLast();
    RequestQuery.Place place = new RequestQuery.Place(last.occurredAt(), last.eventId());
    return new PageView("page", kept, true, query.nextPage(place));
  }

  /** Returns the request of {@code eventId}, where the ledger has it. */
  Optional<RequestView> one(UUID eventId) {
    List<Entry> entries =
        ledger.read(
            "request",
            "entries",
            jdbc -> jdbc.sql(ONE).param(eventId).query((row, i) -> rows.entry(row)).list());
    return entries.isEmpty() ? Optional.empty() : Optional.of(request(entries));
  }

  private static RequestView request(List<Entry> entries) {
    Entry newest = entries.getLast();
    List<LineView> lines = newest.revision().lineItems();
    long prompt = entries.stream().mapToLong(e -> e.revision().promptTokens()).sum();
    long completion = entries.stream().mapToLong(e -> e.revision().completionTokens()).sum();
    return new RequestView(
        entries.getFirst().event(),
        newest.measured(),
        prompt,
        completion,
        Math.addExact(prompt, completion),
        lines.stream()
            .map(line -> new UsageView(line.meter(), line.quantity(), line.model()))
            .toList(),
        new CostView(
            newest.revision().cost().status(),
            newest.revision().cost().currency(),
            sum(entries, Entry::totalCost),
            sum(entries, Entry::promptCost),
            sum(entries, Entry::completionCost)),
        reportedDifference(entries),
        lines,
        entries.stream().map(Entry::revision).toList(),
        flags(entries));
  }

  private static @Nullable Amount reportedDifference(List<Entry> entries) {
    Entry newest = entries.getLast();
    Amount reported = newest.measured().providerReportedCost();
    if (reported == null || !reported.currency().equals(newest.revision().cost().currency())) {
      return null;
    }
    BigDecimal ours =
        entries.stream().map(Entry::totalCost).reduce(BigDecimal.ZERO, BigDecimal::add);
    return Amount.of(new BigDecimal(reported.value()).subtract(ours), reported.currency());
  }

  private static String sum(List<Entry> entries, Function<Entry, BigDecimal> amount) {
    return Amount.plain(entries.stream().map(amount).reduce(BigDecimal.ZERO, BigDecimal::add));
  }

  private static List<String> flags(List<Entry> entries) {
    Entry newest = entries.getLast();
    RevisionView revision = newest.revision();
    List<String> flags = new ArrayList<>();
    flag(flags, "unpriced", revision.cost().status().equals("UNPRICED"));
    flag(flags, "fallback_price", revision.cost().status().equals("FALLBACK"));
    flag(
        flags,
        "rate_substituted",
        revision.lineItems().stream().anyMatch(LineView::rateSubstituted));
    flag(flags, "usage_estimated", newest.measured().usageSource().equals("estimated"));
    flag(flags, "usage_inconsistent", newest.measured().usageInconsistent());
    flag(flags, "revised", entries.size() > 1);
    return flags;
  }

  private static void flag(List<String> flags, String flag, boolean raised) {
    if (raised) {
      flags.add(flag);
    }
  }
}
