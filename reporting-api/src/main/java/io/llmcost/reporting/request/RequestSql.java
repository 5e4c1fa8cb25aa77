package io.llmcost.reporting.request;

import io.llmcost.reporting.ledger.Columns;
import io.llmcost.reporting.plan.RequestQuery;
import io.llmcost.reporting.plan.Segment.Source;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/**
 * A list of requests as one SQL statement: the page is found among original rows, by the index of
 * occurred_at or of an id, and only its requests are summed up.
 *
 * @param text with a {@code ?} for each value
 * @param values in the order of the question marks
 */
record RequestSql(String text, List<Object> values) {

  private static final String HEAD =
      """
      select e.event_id, e.occurred_at, e.recorded_at, e.source, e.project, e.provider, e.operation,
             e.model_requested, e.model, e.request_type, e.user_id, e.trackable_type, e.trackable_id,
             e.status, e.request_id, e.external_id, e.currency, now.*
        from (select * from cost_entry where revision = 0\
      """;
  private static final String TAIL =
      """
       order by occurred_at desc, event_id desc limit ?) e
       cross join lateral (
             select count(*) revision_count,
                    sum(r.prompt_tokens)::bigint prompt_tokens,
                    sum(r.completion_tokens)::bigint completion_tokens,
                    sum(r.total_cost) total_cost,
                    sum(r.prompt_cost) prompt_cost,
                    sum(r.completion_cost) completion_cost,
                    (array_agg(r.cost_status order by r.revision desc))[1] cost_status
               from cost_entry r
              where r.event_id = e.event_id) now
       order by e.occurred_at desc, e.event_id desc
      """;
  private static final String STATUS_NOW =
      """
       and coalesce((select r.cost_status
                       from cost_entry r
                      where r.event_id = cost_entry.event_id and r.revision > 0
                      order by r.revision desc
                      limit 1), cost_status) = any (?)
      """;

  static RequestSql of(RequestQuery query) {
    StringBuilder sql = new StringBuilder(HEAD);
    List<Object> bind = new ArrayList<>();
    query.start().ifPresent(start -> Columns.entriesFrom(start, sql, bind));
    query.end().ifPresent(end -> Columns.entriesBefore(end, sql, bind));
    query
        .externalId()
        .ifPresent(
            id -> {
              sql.append(" and external_id = ?");
              bind.add(id);
            });
    query
        .requestId()
        .ifPresent(
            id -> {
              sql.append(" and request_id = ?");
              bind.add(id);
            });
    Columns.filter(query.filters(), Source.ENTRIES, sql, bind);
    if (!query.costStatuses().isEmpty()) {
      sql.append(STATUS_NOW);
      bind.add(query.costStatuses().toArray(String[]::new));
    }
    query
        .after()
        .ifPresent(
            place -> {
              sql.append(" and (occurred_at, event_id) < (?, ?)");
              bind.add(place.occurredAt().atOffset(ZoneOffset.UTC));
              bind.add(place.eventId());
            });
    sql.append(TAIL);
    bind.add(query.limit() + 1);
    return new RequestSql(sql.toString(), bind);
  }
}
