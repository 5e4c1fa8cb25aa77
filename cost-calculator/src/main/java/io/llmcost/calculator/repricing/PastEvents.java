package io.llmcost.calculator.repricing;

import io.llmcost.calculator.costing.PastEvent;
import io.llmcost.schemas.EventIds;
import io.llmcost.schemas.Topics;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads the ledger's tables, and only reads: events by page, and what became of a repricing. */
final class PastEvents {

  // The page is found among original rows by the index of occurred_at; event_id prunes months.
  private static final String PAGE =
      """
      (select * from cost_entry
       where revision = 0 and occurred_at >= :at and occurred_at < :to
         and event_id >= :first_id and event_id < :last_id
         and (occurred_at, event_id) > (:at, :id)
         and (:any_provider or provider in (:provider)) and (:any_model or billed_model in (:model))
         and (:any_project or project in (:project))
       order by occurred_at, event_id limit :limit)\
      """;
  private static final String BY_ID =
      "(select * from cost_entry where revision = 0 and event_id in (:ids))";
  private static final String EVENTS =
      """
      select o.event_id, o.external_id, o.occurred_at, o.source, o.project, o.provider, o.operation,
        o.model_requested, l.model, o.billed_model, o.service_tier, o.region, o.request_type,
        o.user_id, o.trackable_type, o.trackable_id, o.api_key_id, o.tags, o.metadata, o.status,
        o.http_status, o.error_code, o.streamed, o.latency_millis, o.time_to_first_token_millis,
        l.usage_source, l.usage_inconsistent, l.context_tokens, l.reported_cost,
        l.reported_currency, o.request_id, l.completion_digest, l.cost_status, l.line_items, s.*
      from %s o
      cross join lateral (
        select * from cost_entry e where e.event_id = o.event_id order by revision desc limit 1) l
      cross join lateral (
        select sum(requests) requests, sum(fallback_requests) fallback_requests,
          sum(unpriced_requests) unpriced_requests, sum(prompt_tokens) prompt_tokens,
          sum(completion_tokens) completion_tokens, sum(total_cost) total_cost,
          sum(prompt_cost) prompt_cost, sum(completion_cost) completion_cost,
          sum(total_cost) filter (where repricing_id = :repricing) moved
        from cost_entry e where e.event_id = o.event_id) s
      order by o.occurred_at, o.event_id
      """;
  private static final UUID NO_ID = new UUID(0, 0);
  // An event may have occurred that far from the time in its id.
  private static final Duration AROUND = EventIds.TOLERANCE.plusDays(1);

  private final JdbcClient ledger;
  private final PastEventRows rows;

  /**
   * @param ledger its connections have the ledger's schema first on the search path
   */
  PastEvents(JdbcClient ledger, PastEventRows rows) {
    this.ledger = ledger;
    this.rows = rows;
  }

  /** What the ledger made of a repricing: rows added, targets that moved nothing, their sum. */
  record Effect(long recorded, long unchanged, BigDecimal moved) {}

  /** Returns the next events of {@code selection} after {@code cursor}, the earliest first. */
  List<PastEvent> page(
      Selection selection, Job.@Nullable Cursor cursor, UUID repricingId, int limit) {
    return ledger
        .sql(EVENTS.formatted(PAGE))
        .param("at", utc(cursor == null ? selection.from() : cursor.at()))
        .param("id", cursor == null ? NO_ID : cursor.id())
        .param("to", utc(selection.to()))
        .param("first_id", firstIdOf(selection))
        .param("last_id", lastIdOf(selection))
        .param("any_provider", selection.provider().isEmpty())
        .param("provider", orBlank(selection.provider()))
        .param("any_model", selection.model().isEmpty())
        .param("model", orBlank(selection.model()))
        .param("any_project", selection.project().isEmpty())
        .param("project", orBlank(selection.project()))
        .param("repricing", repricingId)
        .param("limit", limit)
        .query((row, number) -> rows.read(row))
        .list();
  }

  /** Returns those of {@code eventIds} that the ledger has. */
  List<PastEvent> of(Collection<UUID> eventIds, UUID repricingId) {
    return eventIds.isEmpty()
        ? List.of()
        : ledger
            .sql(EVENTS.formatted(BY_ID))
            .param("ids", eventIds)
            .param("repricing", repricingId)
            .query((row, number) -> rows.read(row))
            .list();
  }

  /** Returns what the ledger has of a repricing of events whose ids lie in the range. */
  Effect effect(UUID repricingId, UUID firstId, UUID lastId) {
    return ledger
        .sql(
            """
            select count(*) recorded, coalesce(sum(total_cost), 0) moved,
              (select count(*) from repricing_seen
               where repricing_id = :id and event_id between :first and :last) unchanged
            from cost_entry where repricing_id = :id and event_id between :first and :last
            """)
        .param("id", repricingId)
        .param("first", firstId)
        .param("last", lastId)
        .query(
            (row, number) ->
                new Effect(
                    row.getLong("recorded"), row.getLong("unchanged"), row.getBigDecimal("moved")))
        .single();
  }

  /** Returns the moment before which everything in Kafka is in the ledger; empty: unknown. */
  Optional<Instant> completeThrough() {
    return ledger
        .sql("select min(complete_through) from ledger_offset where topic = :topic")
        .param("topic", Topics.COSTED)
        .query((row, number) -> Optional.ofNullable(row.getObject(1, OffsetDateTime.class)))
        .single()
        .map(OffsetDateTime::toInstant);
  }

  /** Returns the start of the first month that is not sealed; empty where none is. */
  Optional<Instant> openSince() {
    return ledger
        .sql("select (max(month) + interval '1 month')::date from sealed_month")
        .query((row, number) -> Optional.ofNullable(row.getObject(1, LocalDate.class)))
        .single()
        .map(day -> day.atStartOfDay(ZoneOffset.UTC).toInstant());
  }

  static UUID firstIdOf(Selection selection) {
    return EventIds.firstOf(selection.from().minus(AROUND));
  }

  static UUID lastIdOf(Selection selection) {
    return EventIds.firstOf(selection.to().plus(AROUND));
  }

  // An empty list is no SQL; what it would hold is not asked for then.
  private static List<String> orBlank(List<String> values) {
    return values.isEmpty() ? List.of("") : values;
  }

  private static OffsetDateTime utc(Instant at) {
    return at.atOffset(ZoneOffset.UTC);
  }
}
