package io.llmcost.recorder.replay;

import io.llmcost.chassis.problem.ConflictException;
import io.llmcost.recorder.audit.AuditEntry;
import io.llmcost.recorder.audit.AuditTrail;
import io.llmcost.recorder.deadletter.LetterActs;
import io.llmcost.recorder.deadletter.SelectorJson;
import io.llmcost.recorder.deadletter.Where;
import io.llmcost.schemas.EventIds;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/**
 * Replays as operators see them. A replay's letters are chosen, locked and written down in one
 * transaction, so that it is the same after any restart, and no two replays have the same letter.
 */
final class ReplayStore {
  private static final String SELECT =
      """
      select r.id, r.made_at, r.made_by, r.note, r.selector, r.rate, r.state_at, r.selected,
          c.sent, c.recorded, c.already_recorded, c.failed, c.cancelled, c.outstanding,
          case when r.state = 'sent' and c.outstanding = 0 then 'done' else r.state end as state
      from replay r cross join lateral (
        select
          count(*) filter (
            where i.sent_at is not null
              or i.outcome in ('recorded', 'already_recorded', 'failed')) as sent,
          count(*) filter (where i.outcome = 'recorded') as recorded,
          count(*) filter (where i.outcome = 'already_recorded') as already_recorded,
          count(*) filter (where i.outcome = 'failed') as failed,
          count(*) filter (where i.outcome = 'cancelled') as cancelled,
          count(*) filter (where i.outcome is null) as outstanding
        from replay_item i where i.replay_id = r.id) c
      """;

  private final JdbcClient jdbc;
  private final TransactionTemplate transactions;
  private final AuditTrail audit;
  private final JsonMapper json;
  private final Clock clock;

  ReplayStore(
      JdbcClient jdbc,
      TransactionTemplate transactions,
      AuditTrail audit,
      JsonMapper json,
      Clock clock) {
    this.jdbc = jdbc;
    this.transactions = transactions;
    this.audit = audit;
    this.json = json;
    this.clock = clock;
  }

  /**
   * Makes a replay of what {@code order} selects now; none of it may be nothing.
   *
   * @throws ConflictException if it names letters that cannot be replayed
   */
  UUID create(ReplayOrder order, String who) {
    Instant now = clock.instant();
    UUID id = EventIds.mint(now);
    transactions.executeWithoutResult(status -> create(id, order, who, now));
    return id;
  }

  private void create(UUID id, ReplayOrder order, String who, Instant now) {
    Map<String, Object> selector = SelectorJson.of(order.selector());
    jdbc.sql(
            """
            insert into replay
              (id, made_at, made_by, selector, note, rate, selected, state, state_at, next_at)
            values (:id, :now, :who, :selector::jsonb, :note, :rate, 0, 'running', :now,
              clock_timestamp())
            """)
        .param("id", id)
        .param("now", utc(now))
        .param("who", who)
        .param("selector", json.writeValueAsString(selector))
        .param("note", order.note())
        .param("rate", order.rate())
        .update();
    Where where = order.where(now);
    List<UUID> chosen =
        jdbc.sql(
                """
                with chosen as materialized (
                  select l.id, l.attempts, l.state from dead_letter l
                  where %s order by l.id limit :cap for update),
                moved as (
                  update dead_letter d set state = 'queued', state_at = :now, replay_id = :replay
                  from chosen c where d.id = c.id returning d.id, c.attempts, c.state)
                insert into replay_item (replay_id, position, dead_letter_id, count, was_parked)
                select :replay::uuid, row_number() over (order by id), id, attempts,
                  state = 'parked'
                from moved returning dead_letter_id
                """
                    .formatted(where.sql()))
            .params(where.parameters())
            .param("cap", order.cap())
            .param("now", utc(now))
            .param("replay", id)
            .query(UUID.class)
            .list();
    if (order.cap() >= order.selector().ids().size()) {
      LetterActs.requireAll(jdbc, order.selector(), Set.copyOf(chosen), "replayed");
    }
    jdbc.sql("update replay set selected = :selected where id = :id")
        .param("selected", chosen.size())
        .param("id", id)
        .update();
    Map<String, Object> detail =
        Map.of("selector", selector, "selected", chosen.size(), "rate", order.rate());
    audit.write(new AuditEntry(now, who, "replay", null, id, order.note(), detail));
    audit.writeEach(
        jdbc,
        chosen.stream().sorted().toList(),
        new AuditEntry(now, who, "replay_letter", null, id, order.note(), Map.of()));
  }

  Optional<Replay> find(UUID id) {
    return jdbc.sql(SELECT + " where r.id = :id")
        .param("id", id)
        .query((row, number) -> replay(row))
        .optional();
  }

  /** Returns at most {@code limit} replays older than {@code before}, newest first. */
  List<Replay> list(@Nullable UUID before, int limit) {
    return jdbc.sql(
            SELECT
                + " where (:before::uuid is null or r.id < :before) order by r.id desc limit"
                + " :limit")
        .param("before", before)
        .param("limit", limit)
        .query((row, number) -> replay(row))
        .list();
  }

  /**
   * Moves a replay that there is from one of {@code from} to {@code to}.
   *
   * @throws ConflictException if it is in none of them
   */
  void move(UUID id, List<String> from, String to, String act, String who) {
    transactions.executeWithoutResult(
        status -> {
          Instant now = clock.instant();
          int moved =
              jdbc.sql(
                      """
                      update replay set state = :to, state_at = :now, next_at = clock_timestamp()
                      where id = :id and state in (:from)
                      """)
                  .param("to", to)
                  .param("now", utc(now))
                  .param("id", id)
                  .param("from", from)
                  .update();
          if (moved == 0) {
            String state = find(id).map(Replay::state).orElse("gone");
            throw new ConflictException("state", "the replay is " + state + ", not " + from);
          }
          audit.write(new AuditEntry(now, who, act, null, id, null, Map.of()));
        });
  }

  private Replay replay(ResultSet row) throws SQLException {
    return new Replay(
        row.getObject("id", UUID.class),
        row.getObject("made_at", OffsetDateTime.class).toInstant(),
        row.getString("made_by"),
        row.getString("note"),
        json.readTree(row.getString("selector")),
        row.getInt("rate"),
        row.getString("state"),
        row.getObject("state_at", OffsetDateTime.class).toInstant(),
        row.getLong("selected"),
        row.getLong("sent"),
        row.getLong("recorded"),
        row.getLong("already_recorded"),
        row.getLong("failed"),
        row.getLong("cancelled"),
        row.getLong("outstanding"));
  }

  static OffsetDateTime utc(Instant at) {
    return OffsetDateTime.ofInstant(at, ZoneOffset.UTC);
  }
}
