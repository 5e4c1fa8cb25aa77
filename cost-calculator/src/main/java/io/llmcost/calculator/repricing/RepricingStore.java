package io.llmcost.calculator.repricing;

import io.llmcost.schemas.Sha256;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Repricings as those who ask for them see them: made, listed, applied, cancelled. */
final class RepricingStore {

  private final JdbcClient jdbc;
  private final TransactionTemplate transactions;
  private final RepricingActs acts;
  private final JsonMapper json;
  private final Clock clock;

  RepricingStore(
      JdbcClient jdbc,
      TransactionTemplate transactions,
      RepricingActs acts,
      JsonMapper json,
      Clock clock) {
    this.jdbc = jdbc;
    this.transactions = transactions;
    this.acts = acts;
    this.json = json;
    this.clock = clock;
  }

  /** One event of a correction, as it is stored; {@code usage} is JSON, null takes it back. */
  record Item(UUID eventId, @Nullable String usage, @Nullable Long contextTokens, Sha256 basis) {}

  /**
   * What is to be made.
   *
   * @param kind repricing or correction
   * @param idempotencyKey of the caller, or null
   * @param digest of the request, told apart by the key's second use
   * @param items empty but for corrections
   */
  record Draft(
      UUID id,
      String kind,
      String madeBy,
      String reason,
      JsonNode selector,
      @Nullable String idempotencyKey,
      String digest,
      int rate,
      boolean applyAtOnce,
      long bookVersion,
      List<Item> items) {}

  /** A stored one, without its counts. */
  record Stored(
      UUID id,
      String kind,
      Job.State state,
      Instant stateAt,
      Instant madeAt,
      String madeBy,
      String reason,
      JsonNode selector,
      int rate,
      long bookVersion,
      String digest,
      PastEvents.@Nullable Effect effect) {}

  /** What was found, or sent, on a day of a model; of all where those are null. */
  record Difference(
      @Nullable LocalDate day,
      @Nullable String provider,
      @Nullable String model,
      Tallies.Tally tally) {}

  /** Stores {@code draft}; returns false where its key is known. */
  boolean create(Draft draft) {
    return Boolean.TRUE.equals(transactions.execute(status -> insert(draft)));
  }

  private boolean insert(Draft draft) {
    Instant now = clock.instant();
    int made =
        jdbc.sql(
                """
                insert into pricebook.repricing (id, kind, made_at, made_by, reason, selector,
                  idempotency_key, request_digest, rate, apply_at_once, price_book_version, state,
                  state_at, next_at)
                values (:id, :kind, :now, :by, :reason, :selector::jsonb, :key, :digest, :rate,
                  :at_once, :version, 'examining', :now, :now)
                on conflict (idempotency_key) do nothing
                """)
            .param("id", draft.id())
            .param("kind", draft.kind())
            .param("now", RepricingQueue.utc(now))
            .param("by", draft.madeBy())
            .param("reason", draft.reason())
            .param("selector", draft.selector().toString())
            .param("key", draft.idempotencyKey())
            .param("digest", draft.digest())
            .param("rate", draft.rate())
            .param("at_once", draft.applyAtOnce())
            .param("version", draft.bookVersion())
            .update();
    if (made == 0) {
      return false;
    }
    for (int position = 0; position < draft.items().size(); position++) {
      insert(draft.id(), position, draft.items().get(position));
    }
    String how = draft.applyAtOnce() ? "to be applied at once" : "dry run";
    acts.add(draft.id(), now, draft.madeBy(), "make", how + ": " + draft.reason());
    return true;
  }

  private void insert(UUID id, int position, Item item) {
    jdbc.sql(
            """
            insert into pricebook.correction_item
              (repricing_id, position, event_id, usage, context_tokens, basis)
            values (:id, :position, :event, :usage::jsonb, :context, :basis)
            """)
        .param("id", id)
        .param("position", position)
        .param("event", item.eventId())
        .param("usage", item.usage())
        .param("context", item.contextTokens())
        .param("basis", item.basis().bytes())
        .update();
  }

  Optional<Stored> find(UUID id, String kind) {
    return jdbc.sql("select * from pricebook.repricing where id = :id and kind = :kind")
        .param("id", id)
        .param("kind", kind)
        .query((row, number) -> stored(row))
        .optional();
  }

  Optional<Stored> findByKey(String idempotencyKey) {
    return jdbc.sql("select * from pricebook.repricing where idempotency_key = :key")
        .param("key", idempotencyKey)
        .query((row, number) -> stored(row))
        .optional();
  }

  /** Returns at most {@code limit} that are older than {@code before}, the newest first. */
  List<Stored> list(String kind, @Nullable UUID before, int limit) {
    return jdbc.sql(
            """
            select * from pricebook.repricing
            where kind = :kind and (:before::uuid is null or id < :before)
            order by id desc limit :limit
            """)
        .param("kind", kind)
        .param("before", before)
        .param("limit", limit)
        .query((row, number) -> stored(row))
        .list();
  }

  private Stored stored(ResultSet row) throws SQLException {
    return new Stored(
        row.getObject("id", UUID.class),
        row.getString("kind"),
        Job.State.parse(row.getString("state")),
        Objects.requireNonNull(RepricingQueue.instant(row, "state_at")),
        Objects.requireNonNull(RepricingQueue.instant(row, "made_at")),
        row.getString("made_by"),
        row.getString("reason"),
        json.readTree(row.getString("selector")),
        row.getInt("rate"),
        row.getLong("price_book_version"),
        row.getString("request_digest"),
        row.getBigDecimal("moved") == null
            ? null
            : new PastEvents.Effect(
                row.getLong("recorded"),
                row.getLong("ledger_unchanged"),
                row.getBigDecimal("moved")));
  }

  /** Returns what each phase came to, so far. */
  Map<Job.Phase, Tallies.Tally> totals(UUID id) {
    Map<Job.Phase, Tallies.Tally> totals = new EnumMap<>(Job.Phase.class);
    jdbc.sql(
            """
            select phase, sum(examined) examined, sum(changed) changed, sum(failed) failed,
              sum(cost_before) cost_before, sum(cost_after) cost_after
            from pricebook.repricing_difference where repricing_id = :id group by phase
            """)
        .param("id", id)
        .query(
            row -> {
              totals.put(
                  Job.Phase.valueOf(row.getString("phase").toUpperCase(java.util.Locale.ROOT)),
                  tally(row));
            });
    return totals;
  }

  /** Returns what was found, or sent, by day and model; those that move nothing left out. */
  List<Difference> differences(UUID id, Job.Phase phase, int limit) {
    return jdbc.sql(
            """
            select * from pricebook.repricing_difference
            where repricing_id = :id and phase = :phase and (changed > 0 or failed > 0)
            order by day, provider, model limit :limit
            """)
        .param("id", id)
        .param("phase", phase.text())
        .param("limit", limit)
        .query(
            (row, number) ->
                new Difference(
                    row.getObject("day", LocalDate.class),
                    row.getString("provider"),
                    row.getString("model"),
                    tally(row)))
        .list();
  }

  private static Tallies.Tally tally(ResultSet row) throws SQLException {
    return new Tallies.Tally(
        row.getLong("examined"),
        row.getLong("changed"),
        row.getLong("failed"),
        row.getBigDecimal("cost_before"),
        row.getBigDecimal("cost_after"));
  }

  /** Returns the events of a phase that could not be costed, with the reason. */
  Map<UUID, String> failures(UUID id, Job.Phase phase) {
    Map<UUID, String> failures = new java.util.LinkedHashMap<>();
    jdbc.sql(
            """
            select event_id, reason from pricebook.repricing_failure
            where repricing_id = :id and phase = :phase order by event_id
            """)
        .param("id", id)
        .param("phase", phase.text())
        .query(
            row -> {
              failures.put(row.getObject("event_id", UUID.class), row.getString("reason"));
            });
    return failures;
  }

  /**
   * Moves a repricing from one of {@code from} on.
   *
   * @return false where it is in none of these states
   */
  boolean move(UUID id, List<Job.State> from, Job.State to, String who, String act) {
    return Boolean.TRUE.equals(
        transactions.execute(
            status -> {
              Instant now = clock.instant();
              int moved =
                  jdbc.sql(
                          """
                          update pricebook.repricing set state = :to, state_at = :now,
                            next_at = :now, cursor_at = null, cursor_id = null
                          where id = :id and state in (:from)
                          """)
                      .param("to", to.text())
                      .param("now", RepricingQueue.utc(now))
                      .param("id", id)
                      .param("from", from.stream().map(Job.State::text).toList())
                      .update();
              if (moved > 0) {
                acts.add(id, now, who, act, "");
              }
              return moved > 0;
            }));
  }

  /** Returns the smallest and the largest event id of a correction. */
  static List<UUID> correctionBounds(JdbcClient jdbc, UUID id) {
    String ends =
        """
        (select event_id from pricebook.correction_item where repricing_id = :id
         order by event_id %s limit 1)\
        """;
    return jdbc.sql(ends.formatted("asc") + " union all " + ends.formatted("desc"))
        .param("id", id)
        .query(UUID.class)
        .list();
  }

  List<UUID> bounds(Stored stored) {
    if (stored.kind().equals(Repricings.CORRECTION)) {
      return correctionBounds(jdbc, stored.id());
    }
    Selection selection = json.treeToValue(stored.selector(), Selection.class);
    return List.of(PastEvents.firstIdOf(selection), PastEvents.lastIdOf(selection));
  }
}
