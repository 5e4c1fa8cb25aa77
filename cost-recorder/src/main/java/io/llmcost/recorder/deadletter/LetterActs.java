package io.llmcost.recorder.deadletter;

import io.llmcost.chassis.problem.ConflictException;
import io.llmcost.chassis.problem.InvalidRequestException;
import io.llmcost.recorder.audit.AuditEntry;
import io.llmcost.recorder.audit.AuditTrail;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Moves dead letters by an operator's will. Every move is conditional on the state that it starts
 * from, decided by the database under a lock, so that two operators cannot both act on one.
 */
public final class LetterActs {
  private static final int MAX_REASON = 1_000;
  private static final List<LetterState> DISCARDABLE =
      List.of(LetterState.OPEN, LetterState.PARKED);

  private final JdbcClient jdbc;
  private final TransactionTemplate transactions;
  private final AuditTrail audit;
  private final Clock clock;

  LetterActs(JdbcClient jdbc, TransactionTemplate transactions, AuditTrail audit, Clock clock) {
    this.jdbc = jdbc;
    this.transactions = transactions;
    this.audit = audit;
    this.clock = clock;
  }

  /** Discards the open and parked letters that {@code selector} selects; returns how many. */
  int discard(Selector selector, String reason, String who) {
    return Objects.requireNonNull(
        transactions.execute(
            status -> {
              OffsetDateTime now = OffsetDateTime.ofInstant(clock.instant(), ZoneOffset.UTC);
              Where where = Where.of(actable(selector, DISCARDABLE));
              List<UUID> discarded =
                  jdbc.sql(
                          """
                          with chosen as materialized (
                            select l.id from dead_letter l where %s order by l.id for update)
                          update dead_letter d set state = 'discarded', state_at = :now
                          from chosen c where d.id = c.id returning d.id
                          """
                              .formatted(where.sql()))
                      .params(where.parameters())
                      .param("now", now)
                      .query(UUID.class)
                      .list();
              requireAll(jdbc, selector, Set.copyOf(discarded), "discarded");
              audit.writeEach(
                  jdbc,
                  discarded.stream().sorted().toList(),
                  new AuditEntry(now.toInstant(), who, "discard", null, null, reason, Map.of()));
              return discarded.size();
            }));
  }

  /**
   * Returns {@code selector} for the letters among {@code possible}, as far as it names states
   * itself those alone.
   */
  public static Selector actable(Selector selector, List<LetterState> possible) {
    if (selector.states().isEmpty()) {
      return selector.in(possible);
    }
    for (LetterState state : selector.states()) {
      if (!possible.contains(state)) {
        throw new ConflictException(
            "selector.state",
            "%s letters are not taken here, only %s"
                .formatted(state.text(), possible.stream().map(LetterState::text).toList()));
      }
    }
    return selector;
  }

  /**
   * Refuses an act that names letters which it could not be done to.
   *
   * @param done those that it could
   * @param participle what was to be done, for the message
   */
  public static void requireAll(
      JdbcClient jdbc, Selector selector, Set<UUID> done, String participle) {
    Set<UUID> missing = new HashSet<>(selector.ids());
    missing.removeAll(done);
    if (missing.isEmpty()) {
      return;
    }
    Map<UUID, String> states = new HashMap<>();
    jdbc.sql("select id, state, original_topic from dead_letter where id in (:ids)")
        .param("ids", missing)
        .query(
            row -> {
              states.put(
                  row.getObject("id", UUID.class),
                  row.getString("state") + " (" + row.getString("original_topic") + ")");
            });
    String first =
        missing.stream()
            .sorted()
            .limit(5)
            .map(id -> id + " " + states.getOrDefault(id, "does not exist"))
            .reduce((one, other) -> one + ", " + other)
            .orElse("");
    throw new ConflictException(
        "selector.ids",
        "%d of %d cannot be %s, so none was: %s"
            .formatted(missing.size(), selector.ids().size(), participle, first));
  }

  /** Returns {@code reason}, which an act must have. */
  static String required(@Nullable String reason) {
    if (reason == null || reason.isBlank()) {
      throw new InvalidRequestException("reason", "is required: the audit keeps it");
    }
    if (reason.length() > MAX_REASON || reason.indexOf(0) >= 0) {
      throw new InvalidRequestException("reason", "is longer than " + MAX_REASON);
    }
    return reason;
  }
}
