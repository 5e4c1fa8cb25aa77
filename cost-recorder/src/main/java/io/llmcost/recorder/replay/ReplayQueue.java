package io.llmcost.recorder.replay;

import io.llmcost.recorder.audit.AuditEntry;
import io.llmcost.recorder.audit.AuditTrail;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Replays as a worker sees them; but for {@link #due}, every call is in the worker's transaction.
 */
final class ReplayQueue {
  /**
   * Values of one chunk, in bytes; one larger value is a chunk of its own. Each is held about four
   * times on its way from PostgreSQL to Kafka, and again by whoever refuses it once more.
   */
  private static final long MAX_CHUNK_BYTES = 2L << 20;

  private static final int LOOK_AT = 20;

  private final JdbcClient jdbc;
  private final AuditTrail audit;

  ReplayQueue(JdbcClient jdbc, AuditTrail audit) {
    this.jdbc = jdbc;
    this.audit = audit;
  }

  /** A replay that is being sent or cancelled, and how long until its next records may be sent. */
  record Due(UUID id, Duration in) {}

  /**
   * A replay that this worker has for as long as its transaction lasts.
   *
   * @param rate records a second
   */
  record Leased(UUID id, String state, int rate, String madeBy) {
    boolean isCancelled() {
      return state.equals("cancelling");
    }
  }

  /** Returns the replays that want a worker, soonest first. */
  List<Due> due() {
    return jdbc.sql(
            """
            select id, extract(epoch from next_at - clock_timestamp()) * 1000 as millis from replay
            where state in ('running', 'cancelling') order by next_at limit :limit
            """)
        .param("limit", LOOK_AT)
        .query(
            (row, number) ->
                new Due(
                    row.getObject("id", UUID.class),
                    Duration.ofMillis(Math.max(0, (long) Math.ceil(row.getDouble("millis"))))))
        .list();
  }

  /** Takes a replay until the transaction ends; empty where another worker has it, or had it. */
  Optional<Leased> lease(UUID id) {
    boolean locked =
        Boolean.TRUE.equals(
            jdbc.sql("select pg_try_advisory_xact_lock(hashtextextended(:id, 0))")
                .param("id", "replay " + id)
                .query(Boolean.class)
                .single());
    if (!locked) {
      return Optional.empty();
    }
    return jdbc.sql(
            """
            select id, state, rate, made_by from replay
            where id = :id and state in ('running', 'cancelling') and next_at <= clock_timestamp()
            """)
        .param("id", id)
        .query(
            (row, number) ->
                new Leased(
                    row.getObject("id", UUID.class),
                    row.getString("state"),
                    row.getInt("rate"),
                    row.getString("made_by")))
        .optional();
  }

  private record Place(int position, UUID deadLetterId, long bytes) {}

  /** Returns the next letters to send, at most {@code limit} and at most some MB; in order. */
  List<Outgoing> next(Leased replay, int limit) {
    List<Place> places =
        jdbc.sql(
                """
                select i.position, i.dead_letter_id,
                  coalesce(octet_length(coalesce(e.value, l.value)), 0) as bytes
                from replay_item i
                join dead_letter l on l.id = i.dead_letter_id
                left join dead_letter_edit e
                  on e.dead_letter_id = l.id and e.version = l.edit_version
                where i.replay_id = :replay and i.sent_at is null and i.outcome is null
                order by i.position limit :limit
                """)
            .param("replay", replay.id())
            .param("limit", limit)
            .query(
                (row, number) ->
                    new Place(
                        row.getInt("position"),
                        row.getObject("dead_letter_id", UUID.class),
                        row.getLong("bytes")))
            .list();
    return places.isEmpty() ? List.of() : load(replay, fitting(places));
  }

  private static List<Integer> fitting(List<Place> places) {
    List<Integer> positions = new ArrayList<>();
    long bytes = 0;
    for (Place place : places) {
      bytes += place.bytes();
      if (!positions.isEmpty() && bytes > MAX_CHUNK_BYTES) {
        break;
      }
      positions.add(place.position());
    }
    return positions;
  }

  private List<Outgoing> load(Leased replay, List<Integer> positions) {
    return jdbc.sql(
            """
            select i.position, i.dead_letter_id, i.count, l.original_topic, l.headers,
              e.event_headers, coalesce(e.key, l.key) as key, coalesce(e.value, l.value) as value
            from replay_item i
            join dead_letter l on l.id = i.dead_letter_id
            left join dead_letter_edit e on e.dead_letter_id = l.id and e.version = l.edit_version
            where i.replay_id = :replay and i.position in (:positions) order by i.position
            """)
        .param("replay", replay.id())
        .param("positions", positions)
        .query((row, number) -> outgoing(row))
        .list();
  }

  private static Outgoing outgoing(ResultSet row) throws SQLException {
    return new Outgoing(
        row.getInt("position"),
        row.getObject("dead_letter_id", UUID.class),
        row.getString("original_topic"),
        row.getBytes("key"),
        row.getBytes("value"),
        row.getString("headers"),
        row.getString("event_headers"),
        row.getInt("count"));
  }

  /** Writes that Kafka has {@code letters}, and when the next ones may follow. */
  void sent(Leased replay, List<Outgoing> letters, Instant now) {
    if (!letters.isEmpty()) {
      Map<String, Object> parameters = new HashMap<>();
      parameters.put("replay", replay.id());
      parameters.put("now", ReplayStore.utc(now));
      parameters.put("ids", letters.stream().map(Outgoing::deadLetterId).sorted().toList());
      parameters.put("positions", letters.stream().map(Outgoing::position).toList());
      jdbc.sql("select id from dead_letter where id in (:ids) order by id for update")
          .params(parameters)
          .query(UUID.class)
          .list();
      jdbc.sql(
              """
              update dead_letter set state = 'replaying', state_at = :now
              where id in (:ids) and state = 'queued' and replay_id = :replay
              """)
          .params(parameters)
          .update();
      jdbc.sql(
              """
              update replay_item set sent_at = :now
              where replay_id = :replay and position in (:positions) and sent_at is null
              """)
          .params(parameters)
          .update();
    }
  }

  /** Writes when the next records may follow {@code count} that were begun {@code ago}. */
  void pace(Leased replay, int count, Duration ago) {
    jdbc.sql(
            """
            update replay set next_at =
              greatest(next_at, clock_timestamp() - make_interval(secs => :ago))
                + make_interval(secs => :pause)
            where id = :id
            """)
        .param("ago", ago.toNanos() / 1e9)
        .param("pause", (double) count / replay.rate())
        .param("id", replay.id())
        .update();
  }

  /** Writes that all is sent; what became of the last of it may still be unknown. */
  void done(Leased replay, Instant now) {
    jdbc.sql(
            "update replay set state = 'sent', state_at = :now where id = :id and state ="
                + " 'running'")
        .param("now", ReplayStore.utc(now))
        .param("id", replay.id())
        .update();
  }

  /** Gives the letters that were not sent back to what they were. */
  void cancel(Leased replay, Instant now) {
    List<UUID> released =
        jdbc.sql(
                """
                with unsent as materialized (
                  select l.id, i.was_parked from replay_item i
                  join dead_letter l on l.id = i.dead_letter_id
                  where i.replay_id = :replay and i.sent_at is null and i.outcome is null
                  order by l.id for update of l)
                update dead_letter d
                set state = case when u.was_parked then 'parked' else 'open' end, state_at = :now
                from unsent u where d.id = u.id and d.state = 'queued' and d.replay_id = :replay
                returning d.id
                """)
            .param("replay", replay.id())
            .param("now", ReplayStore.utc(now))
            .query(UUID.class)
            .list();
    jdbc.sql(
            """
            update replay_item set outcome = 'cancelled', ended_at = :now
            where replay_id = :replay and sent_at is null and outcome is null
            """)
        .param("replay", replay.id())
        .param("now", ReplayStore.utc(now))
        .update();
    jdbc.sql("update replay set state = 'cancelled', state_at = :now where id = :id")
        .param("now", ReplayStore.utc(now))
        .param("id", replay.id())
        .update();
    audit.writeEach(
        jdbc,
        released.stream().sorted().toList(),
        new AuditEntry(now, AuditTrail.SERVICE, "released", null, replay.id(), null, Map.of()));
  }
}
