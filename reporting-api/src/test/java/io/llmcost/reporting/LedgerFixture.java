package io.llmcost.reporting;

import io.llmcost.localstack.Backends;
import io.llmcost.schemas.EventIds;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;

/** A ledger in a database of its own, made by the recorder's migrations and filled by SQL. */
public final class LedgerFixture {

  private final String url = Backends.shared().newDatabase();
  private final Set<YearMonth> months = new HashSet<>();

  /** Returns the database's JDBC URL, with user and password. */
  public String url() {
    return url;
  }

  /** Makes the tables. */
  public LedgerFixture migrate() {
    Flyway.configure()
        .dataSource(url, null, null)
        .schemas("ledger")
        .locations("classpath:db/migration/ledger")
        .load()
        .migrate();
    return this;
  }

  /** One row of the ledger; the rest of its columns follow from these. */
  public record Entry(
      UUID eventId,
      int revision,
      Instant occurredAt,
      String project,
      String provider,
      String model,
      String requestType,
      String userId,
      String status,
      @Nullable String team,
      String costStatus,
      String currency,
      int requests,
      int fallbackRequests,
      int unpricedRequests,
      long promptTokens,
      long completionTokens,
      BigDecimal promptCost,
      BigDecimal completionCost) {

    public BigDecimal totalCost() {
      return promptCost.add(completionCost);
    }

    /** Returns a priced request of one project. */
    public static Entry of(String project, String occurredAt, long prompt, String promptCost) {
      Instant at = Instant.parse(occurredAt);
      return new Entry(
          idAt(at),
          0,
          at,
          project,
          "openai",
          "gpt-4o-mini",
          "chat",
          "u-1",
          "succeeded",
          null,
          "PRICED",
          "USD",
          1,
          0,
          0,
          prompt,
          0,
          new BigDecimal(promptCost),
          BigDecimal.ZERO);
    }

    public Entry at(String model, String userId) {
      return new Entry(
          eventId,
          revision,
          occurredAt,
          project,
          provider,
          model,
          requestType,
          userId,
          status,
          team,
          costStatus,
          currency,
          requests,
          fallbackRequests,
          unpricedRequests,
          promptTokens,
          completionTokens,
          promptCost,
          completionCost);
    }

    public Entry in(String otherCurrency) {
      return new Entry(
          eventId,
          revision,
          occurredAt,
          project,
          provider,
          model,
          requestType,
          userId,
          status,
          team,
          costStatus,
          otherCurrency,
          requests,
          fallbackRequests,
          unpricedRequests,
          promptTokens,
          completionTokens,
          promptCost,
          completionCost);
    }

    public Entry unpriced() {
      return new Entry(
          eventId,
          revision,
          occurredAt,
          project,
          provider,
          model,
          requestType,
          userId,
          status,
          team,
          "UNPRICED",
          currency,
          requests,
          0,
          1,
          promptTokens,
          completionTokens,
          BigDecimal.ZERO,
          BigDecimal.ZERO);
    }
  }

  /** Returns an id of that time; those that are minted never go back in time. */
  public static UUID idAt(Instant time) {
    return EventIds.derive(time, "fixture", UUID.randomUUID().toString());
  }

  private static final String INSERT =
      """
      insert into ledger.cost_entry (
        event_id, revision, repricing_id, recorded_at, occurred_at, source, project, provider,
        operation, model, billed_model, request_type, user_id, trackable_type, trackable_id, tags,
        status, streamed, usage_source, usage_inconsistent, completion_digest, requests,
        fallback_requests, unpriced_requests, prompt_tokens, completion_tokens, price_book_version,
        cost_status, currency, total_cost, prompt_cost, completion_cost, line_items)
      values (?, ?, ?::uuid, now(), ?::timestamptz, 'fixture', ?, ?, 'chat', ?, ?, ?, ?, ?, ?, ?::jsonb,
        ?, false, 'provider', false, '\\x00', ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, '[]')
      """;

  /** Adds rows as they are, without rollups. */
  public void insert(List<Entry> entries) {
    try (Connection connection = DriverManager.getConnection(url)) {
      connection.setAutoCommit(false);
      try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
        for (Entry entry : entries) {
          partition(connection, EventIds.timeOf(entry.eventId()));
          bind(statement, entry);
          statement.addBatch();
        }
        statement.executeBatch();
      }
      connection.commit();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void bind(PreparedStatement statement, Entry entry) throws SQLException {
    int i = 1;
    statement.setObject(i++, entry.eventId());
    statement.setInt(i++, entry.revision());
    statement.setString(i++, entry.revision() == 0 ? null : UUID.randomUUID().toString());
    statement.setString(i++, entry.occurredAt().toString());
    statement.setString(i++, entry.project());
    statement.setString(i++, entry.provider());
    statement.setString(i++, entry.model());
    statement.setString(i++, entry.model());
    statement.setString(i++, entry.requestType());
    statement.setString(i++, entry.userId());
    statement.setString(i++, entry.team() == null ? null : "ticket");
    statement.setString(i++, entry.team());
    statement.setString(
        i++, entry.team() == null ? null : "{\"team\": \"%s\"}".formatted(entry.team()));
    statement.setString(i++, entry.status());
    statement.setInt(i++, entry.requests());
    statement.setInt(i++, entry.fallbackRequests());
    statement.setInt(i++, entry.unpricedRequests());
    statement.setLong(i++, entry.promptTokens());
    statement.setLong(i++, entry.completionTokens());
    statement.setString(i++, entry.costStatus());
    statement.setString(i++, entry.currency());
    statement.setBigDecimal(i++, entry.totalCost());
    statement.setBigDecimal(i++, entry.promptCost());
    statement.setBigDecimal(i, entry.completionCost());
  }

  private void partition(Connection connection, Instant time) throws SQLException {
    YearMonth month = YearMonth.from(time.atOffset(ZoneOffset.UTC));
    if (months.add(month)) {
      try (Statement statement = connection.createStatement()) {
        statement.execute(
            "create table if not exists ledger.cost_entry_%1$tY_%1$tm partition of ledger.cost_entry for values from ('%2$s') to ('%3$s')"
                .formatted(month.atDay(1), first(month), first(month.plusMonths(1))));
      }
    }
  }

  private static UUID first(YearMonth month) {
    long millis = month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
    return new UUID(millis << 16, 0);
  }

  /** Makes the rollups what the recorder would have made them. */
  public void fillRollups() {
    execute(
        """
        truncate ledger.cost_rollup;
        insert into ledger.cost_rollup
        select date_bin('15 minutes', occurred_at, '2000-01-01T00:00:00Z'),
               abs(hashtext(event_id::text)) % 3, project, provider, billed_model, operation,
               request_type, currency, sum(requests),
               coalesce(sum(requests) filter (where status = 'succeeded'), 0),
               coalesce(sum(requests) filter (where status = 'failed'), 0),
               coalesce(sum(requests) filter (where status = 'cancelled'), 0),
               sum(fallback_requests), sum(unpriced_requests), sum(prompt_tokens),
               sum(completion_tokens), sum(total_cost), sum(prompt_cost), sum(completion_cost)
          from ledger.cost_entry
         group by 1, 2, 3, 4, 5, 6, 7, 8;
        """);
  }

  /** Runs SQL as the owner of the ledger. */
  public void execute(String sql) {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
