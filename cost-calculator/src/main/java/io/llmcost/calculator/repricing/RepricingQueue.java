package io.llmcost.calculator.repricing;

import io.llmcost.calculator.costing.UsageCorrection;
import io.llmcost.schemas.Sha256;
import io.llmcost.schemas.UsageItem;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Repricings as a worker sees them; but for {@link #due}, every call is in the worker's
 * transaction.
 */
final class RepricingQueue {
  private static final int LOOK_AT = 20;
  private static final int MAX_FAILURES = 100;

  private final JdbcClient jdbc;
  private final RepricingActs acts;
  private final JsonMapper json;

  RepricingQueue(JdbcClient jdbc, RepricingActs acts, JsonMapper json) {
    this.jdbc = jdbc;
    this.acts = acts;
    this.json = json;
  }

  /** Returns the repricings that can be worked on now, and those that can be soon. */
  List<Due> due() {
    return jdbc.sql(
            """
            select id, extract(epoch from next_at - clock_timestamp()) * 1000 as millis
            from pricebook.repricing where state in ('examining', 'applying', 'sent')
            order by next_at limit :limit
            """)
        .param("limit", LOOK_AT)
        .query(
            (row, number) ->
                new Due(
                    row.getObject("id", UUID.class),
                    Duration.ofMillis(Math.max(0, (long) Math.ceil(row.getDouble("millis"))))))
        .list();
  }

  /** A repricing that has work, and how long until it may be worked on. */
  record Due(UUID id, Duration in) {}

  /** Takes a repricing until the transaction ends; empty where another worker has it, or had it. */
  Optional<Job> lease(UUID id) {
    boolean locked =
        Boolean.TRUE.equals(
            jdbc.sql("select pg_try_advisory_xact_lock(hashtextextended(:id, 0))")
                .param("id", "repricing " + id)
                .query(Boolean.class)
                .single());
    if (!locked) {
      return Optional.empty();
    }
    return jdbc.sql(
            """
            select * from pricebook.repricing
            where id = :id and state in ('examining', 'applying', 'sent')
              and next_at <= clock_timestamp()
            """)
        .param("id", id)
        .query((row, number) -> job(row))
        .optional();
  }

  private Job job(ResultSet row) throws SQLException {
    UUID cursorId = row.getObject("cursor_id", UUID.class);
    Instant cursorAt = instant(row, "cursor_at");
    return new Job(
        row.getObject("id", UUID.class),
        Job.State.parse(row.getString("state")),
        row.getString("kind").equals("repricing")
            ? json.readValue(row.getString("selector"), Selection.class)
            : null,
        row.getLong("price_book_version"),
        row.getInt("rate"),
        row.getBoolean("apply_at_once"),
        cursorId == null || cursorAt == null ? null : new Job.Cursor(cursorAt, cursorId),
        instant(row, "sent_through"));
  }

  /** Returns the next corrections after the job's cursor, by event. */
  Map<UUID, UsageCorrection> corrections(Job job, int limit) {
    Map<UUID, UsageCorrection> corrections = new LinkedHashMap<>();
    jdbc.sql(
            """
            select event_id, usage, context_tokens, basis from pricebook.correction_item
            where repricing_id = :id and event_id > :after order by event_id limit :limit
            """)
        .param("id", job.id())
        .param("after", job.cursor() == null ? new UUID(0, 0) : job.cursor().id())
        .param("limit", limit)
        .query(
            row -> {
              corrections.put(
                  row.getObject("event_id", UUID.class),
                  new UsageCorrection(
                      usage(row.getString("usage")),
                      row.getObject("context_tokens", Long.class),
                      new Sha256(row.getBytes("basis"))));
            });
    return corrections;
  }

  private @Nullable List<UsageItem> usage(@Nullable String stored) {
    if (stored == null) {
      return null;
    }
    List<UsageItem> usage = new ArrayList<>();
    for (JsonNode item : json.readTree(stored)) {
      usage.add(PastEventRows.item(item));
    }
    return usage;
  }

  /**
   * Adds what a page came to, and where it ended; a repricing that was cancelled meanwhile stays.
   */
  void advance(Job job, Tallies tallies, Job.Cursor cursor, @Nullable Instant sentThrough) {
    tallies.byKey().forEach((key, tally) -> add(job, key, tally));
    tallies.failures().forEach((eventId, reason) -> addFailure(job, eventId, reason));
    jdbc.sql(
            """
            update pricebook.repricing set cursor_at = :at, cursor_id = :event,
              sent_through = greatest(sent_through, :through::timestamptz)
            where id = :id
            """)
        .param("at", utc(cursor.at()))
        .param("event", cursor.id())
        .param("through", sentThrough == null ? null : utc(sentThrough))
        .param("id", job.id())
        .update();
  }

  private void add(Job job, Tallies.Key key, Tallies.Tally tally) {
    jdbc.sql(
            """
            insert into pricebook.repricing_difference as d
              (repricing_id, phase, day, provider, model, examined, changed, failed, cost_before,
               cost_after)
            values (:id, :phase, :day, :provider, :model, :examined, :changed, :failed, :before,
              :after)
            on conflict (repricing_id, phase, day, provider, model) do update set
              examined = d.examined + excluded.examined, changed = d.changed + excluded.changed,
              failed = d.failed + excluded.failed,
              cost_before = d.cost_before + excluded.cost_before,
              cost_after = d.cost_after + excluded.cost_after
            """)
        .param("id", job.id())
        .param("phase", job.phase().text())
        .param("day", key.day())
        .param("provider", key.provider())
        .param("model", key.model())
        .param("examined", tally.examined())
        .param("changed", tally.changed())
        .param("failed", tally.failed())
        .param("before", tally.before())
        .param("after", tally.after())
        .update();
  }

  private void addFailure(Job job, UUID eventId, String reason) {
    jdbc.sql(
            """
            insert into pricebook.repricing_failure (repricing_id, phase, event_id, reason)
            select :id, :phase, :event, :reason where (
              select count(*) from pricebook.repricing_failure
              where repricing_id = :id and phase = :phase) < :most
            on conflict do nothing
            """)
        .param("id", job.id())
        .param("phase", job.phase().text())
        .param("event", eventId)
        .param("reason", reason)
        .param("most", MAX_FAILURES)
        .update();
  }

  /** Moves a repricing on, unless it was cancelled meanwhile; its next page is the first again. */
  void move(Job job, Job.State to, Instant now) {
    int moved =
        jdbc.sql(
                """
                update pricebook.repricing set state = :to, state_at = :now, cursor_at = null,
                  cursor_id = null
                where id = :id and state = :from
                """)
            .param("to", to.text())
            .param("now", utc(now))
            .param("id", job.id())
            .param("from", job.state().text())
            .update();
    if (moved > 0) {
      acts.add(job.id(), now, RepricingActs.SERVICE, to.text(), "");
    }
  }

  /** Writes what the ledger made of it. */
  void applied(Job job, PastEvents.Effect effect, Instant now) {
    jdbc.sql(
            """
            update pricebook.repricing set recorded = :recorded, ledger_unchanged = :unchanged,
              moved = :moved where id = :id
            """)
        .param("recorded", effect.recorded())
        .param("unchanged", effect.unchanged())
        .param("moved", effect.moved())
        .param("id", job.id())
        .update();
    move(job, Job.State.APPLIED, now);
  }

  /** Writes when it may be worked on again. */
  void pause(Job job, Duration pause) {
    jdbc.sql(
            """
            update pricebook.repricing
            set next_at = clock_timestamp() + make_interval(secs => :pause) where id = :id
            """)
        .param("pause", pause.toNanos() / 1e9)
        .param("id", job.id())
        .update();
  }

  /** Returns the smallest and the largest id that the repricing can have to do with. */
  List<UUID> bounds(Job job) {
    if (job.selection() != null) {
      return List.of(PastEvents.firstIdOf(job.selection()), PastEvents.lastIdOf(job.selection()));
    }
    return RepricingStore.correctionBounds(jdbc, job.id());
  }

  static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    OffsetDateTime at = row.getObject(column, OffsetDateTime.class);
    return at == null ? null : at.toInstant();
  }

  static OffsetDateTime utc(Instant at) {
    return at.atOffset(ZoneOffset.UTC);
  }
}
