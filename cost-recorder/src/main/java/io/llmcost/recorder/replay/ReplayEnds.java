package io.llmcost.recorder.replay;

import io.llmcost.recorder.audit.AuditEntry;
import io.llmcost.recorder.audit.AuditTrail;
import io.llmcost.recorder.deadletter.FailedReplays;
import io.llmcost.recorder.intake.ReplayedRecords;
import io.llmcost.recorder.ledger.Outcome;
import java.sql.Connection;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * What became of replayed records, written in the transactions that decide it. Rows of {@code
 * dead_letter} are locked before those of {@code replay_item}, in the order of their ids, as
 * everywhere: so none waits for another in a circle.
 */
public final class ReplayEnds implements ReplayedRecords, FailedReplays {
  private final AuditTrail audit;
  private final ReplayMetrics metrics;
  private final int maxAttempts;
  private final Clock clock;

  /**
   * @param maxAttempts after so many failures a letter is parked
   */
  ReplayEnds(AuditTrail audit, ReplayMetrics metrics, int maxAttempts, Clock clock) {
    this.audit = audit;
    this.metrics = metrics;
    this.maxAttempts = maxAttempts;
    this.clock = clock;
  }

  // A letter that reached the ledger is recorded whatever its state was: it is the truth.
  @Override
  public void ended(Connection connection, List<End> ends) {
    JdbcClient jdbc = within(connection);
    OffsetDateTime now = ReplayStore.utc(clock.instant());
    Map<UUID, End> byLetter = new TreeMap<>();
    ends.forEach(end -> byLetter.putIfAbsent(end.deadLetterId(), end));
    List<UUID> known =
        jdbc.sql("select id from dead_letter where id in (:ids) order by id for update")
            .param("ids", byLetter.keySet())
            .query(UUID.class)
            .list();
    for (UUID id : known) {
      End end = byLetter.getOrDefault(id, ends.getFirst());
      String outcome = outcome(end.outcome());
      int moved =
          jdbc.sql(
                  """
                  update dead_letter set state = 'recorded', state_at = :now
                  where id = :id and state <> 'recorded'
                  """)
              .param("now", now)
              .param("id", id)
              .update();
      jdbc.sql(
              """
              update replay_item set outcome = :outcome, ended_at = :now
              where dead_letter_id = :id and (outcome is null
                or (replay_id = :replay::uuid and outcome in ('failed', 'cancelled')))
              """)
          .param("outcome", outcome)
          .param("now", now)
          .param("id", id)
          .param("replay", end.replayId())
          .update();
      if (moved > 0) {
        audit.write(
            jdbc,
            new AuditEntry(
                now.toInstant(),
                AuditTrail.SERVICE,
                "recorded",
                id,
                end.replayId(),
                null,
                Map.of("outcome", outcome)));
      }
    }
  }

  @Override
  public void committed(List<End> ends) {
    ends.forEach(end -> metrics.ended(outcome(end.outcome())));
  }

  @Override
  public Result failed(Connection connection, Failure failure) {
    return failed(within(connection), failure);
  }

  /** Takes {@code failure} to its entry, in the transaction of {@code jdbc}. */
  Result failed(JdbcClient jdbc, Failure failure) {
    Letter before = lock(jdbc, failure);
    if (before == null) {
      return Result.FOREIGN;
    }
    int counted =
        jdbc.sql(
                """
                update replay_item set outcome = 'failed', ended_at = :at
                where replay_id = :replay and dead_letter_id = :id and outcome is null
                """)
            .param("at", ReplayStore.utc(failure.at()))
            .param("replay", failure.replayId())
            .param("id", failure.deadLetterId())
            .update();
    if (counted == 0) {
      return Result.KNOWN;
    }
    int attempts = Math.max(before.attempts(), failure.count() + 1);
    if (!before.state().equals("recorded")) {
      fail(jdbc, failure, attempts, before);
    }
    audit.write(jdbc, entry(failure, attempts, before));
    metrics.ended("failed");
    return Result.COUNTED;
  }

  private record Letter(
      String state, int attempts, String cause, String message, boolean isOfThisReplay) {}

  private static @Nullable Letter lock(JdbcClient jdbc, Failure failure) {
    return jdbc.sql(
            """
            select l.state, l.attempts, l.cause, l.message,
              coalesce(l.replay_id = :replay, false) as of_this_replay
            from dead_letter l where l.id = :id and exists (
              select 1 from replay_item i where i.dead_letter_id = l.id and i.replay_id = :replay)
            for update
            """)
        .param("id", failure.deadLetterId())
        .param("replay", failure.replayId())
        .query(
            (row, number) ->
                new Letter(
                    row.getString("state"),
                    row.getInt("attempts"),
                    row.getString("cause"),
                    row.getString("message"),
                    row.getBoolean("of_this_replay")))
        .optional()
        .orElse(null);
  }

  private void fail(JdbcClient jdbc, Failure failure, int attempts, Letter before) {
    boolean isUnderWay = before.state().equals("queued") || before.state().equals("replaying");
    boolean moves = isUnderWay ? before.isOfThisReplay() : before.state().equals("open");
    String state = moves ? attempts >= maxAttempts ? "parked" : "open" : before.state();
    jdbc.sql(
            """
            update dead_letter set state = :state, attempts = :attempts, cause = :cause,
              message = :message, exception = :exception, failed_topic = :topic, failed_at = :at,
              state_at = case when state = :state then state_at else :at end
            where id = :id
            """)
        .param("state", state)
        .param("attempts", attempts)
        .param("cause", failure.cause())
        .param("message", failure.message())
        .param("exception", failure.exception())
        .param("topic", failure.topic())
        .param("at", ReplayStore.utc(failure.at()))
        .param("id", failure.deadLetterId())
        .update();
  }

  private static AuditEntry entry(Failure failure, int attempts, Letter before) {
    Instant at = failure.at();
    Map<String, Object> detail = new LinkedHashMap<>();
    detail.put("topic", failure.topic());
    detail.put("cause", failure.cause());
    detail.put("message", failure.message());
    detail.put("attempts", attempts);
    detail.put("cause_before", before.cause());
    detail.put("message_before", before.message());
    return new AuditEntry(
        at,
        AuditTrail.SERVICE,
        "failed_again",
        failure.deadLetterId(),
        failure.replayId(),
        null,
        detail);
  }

  private static String outcome(Outcome outcome) {
    return outcome == Outcome.RECORDED ? "recorded" : "already_recorded";
  }

  private static JdbcClient within(Connection connection) {
    return JdbcClient.create(new SingleConnectionDataSource(connection, true));
  }
}
