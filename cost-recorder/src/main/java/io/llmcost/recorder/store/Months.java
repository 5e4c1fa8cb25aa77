package io.llmcost.recorder.store;

import io.llmcost.recorder.ledger.Month;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The ledger's months as a whole: which there are, what they add up to, and their end. A month is
 * sealed in one transaction, which keeps writers out from before it adds up until the month is
 * gone; reports wait for the moment of the drop alone.
 */
public final class Months {

  /** Adding a month up may take longer than an answer of the hot path ever does. */
  private static final Duration LONGEST = Duration.ofMinutes(30);

  private static final String NO_CURRENCY = "XXX";

  private static final Pattern PARTITION = Pattern.compile("cost_entry_(\\d{4})_(\\d{2})");

  private static final String OPEN =
      """
      select c.relname, greatest(c.reltuples, 0)::bigint, pg_total_relation_size(c.oid)
      from pg_inherits i join pg_class c on c.oid = i.inhrelid
      where i.inhparent = 'cost_entry'::regclass
      """;

  private static final String SEALED =
      """
      select month, sealed_at, sealed_by, entries, currency, requests, total_cost
      from sealed_month order by month
      """;

  private static final String AUDIT =
      """
      insert into audit (at, who, act, detail)
      values (?, ?, 'seal_month', jsonb_build_object('month', ?::text, 'entries', ?::bigint))
      """;

  private static final String FORGET_REPRICINGS =
      "delete from repricing_seen where event_id >= ? and event_id < ?";

  private final DataSource dataSource;

  public Months(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /**
   * A month that has a partition.
   *
   * @param entriesEstimated as of PostgreSQL's last analysis
   */
  public record Open(Month month, long entriesEstimated, long bytes) {}

  /** All months, oldest first. */
  public record State(List<SealedMonth> sealed, List<Open> open) {
    public SortedSet<Month> openMonths() {
      return open.stream().map(Open::month).collect(Collectors.toCollection(TreeSet::new));
    }

    public @Nullable Month lastSealed() {
      return sealed.isEmpty() ? null : sealed.getLast().month();
    }
  }

  /**
   * Returns every month.
   *
   * @throws StoreUnavailableException if the database does not answer
   */
  public State state() {
    return inTransaction(
        connection -> {
          try (Statement statement = connection.createStatement()) {
            return new State(sealed(statement), open(statement));
          }
        });
  }

  /** Returns what sealing {@code month} would write, and writes nothing. */
  public SealedMonth sums(Month month, String by, Instant now) {
    return inTransaction(
        connection -> {
          try {
            return addUp(connection, month, by, now);
          } finally {
            connection.rollback();
          }
        });
  }

  /**
   * Seals {@code month}: its sums stay, its entries go.
   *
   * @throws StoreUnavailableException if the database does not answer, or someone holds the month
   *     for longer than we wait
   */
  public SealedMonth seal(Month month, String by, Instant now) {
    return inTransaction(
        connection -> {
          try (Statement statement = connection.createStatement()) {
            statement.execute("set local lock_timeout = '10s'");
            Partitions.lock(statement);
            if (month.compareTo(Partitions.lastSealed(statement)) <= 0) {
              throw new SQLException(month + " is sealed already");
            }
            statement.execute("lock table " + month.partition() + " in share mode");
            SealedMonth sealed = addUp(connection, month, by, now);
            try (PreparedStatement forget = connection.prepareStatement(FORGET_REPRICINGS)) {
              forget.setObject(1, month.firstId());
              forget.setObject(2, month.next().firstId());
              forget.executeUpdate();
            }
            statement.execute("drop table " + month.partition());
            audit(connection, sealed);
            return sealed;
          }
        });
  }

  private static SealedMonth addUp(Connection connection, Month month, String by, Instant now)
      throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(seal(month.partition()))) {
      insert.setObject(1, LocalDate.of(month.year(), month.month(), 1));
      insert.setObject(2, OffsetDateTime.ofInstant(now, ZoneOffset.UTC));
      insert.setString(3, by);
      insert.setString(4, NO_CURRENCY);
      try (ResultSet row = insert.executeQuery()) {
        if (!row.next()) {
          throw new SQLException(month + " has entries in more than one currency");
        }
        return sealed(row);
      }
    }
  }

  // Nothing is written where the month has two currencies, which no sum could state.
  private static String seal(String partition) {
    return """
    insert into sealed_month (month, sealed_at, sealed_by, entries, currency, requests,
        fallback_requests, unpriced_requests, prompt_tokens, completion_tokens, total_cost,
        prompt_cost, completion_cost)
    select ?::date, ?::timestamptz, ?::text, count(*), coalesce(min(currency), ?::text),
        coalesce(sum(requests), 0), coalesce(sum(fallback_requests), 0),
        coalesce(sum(unpriced_requests), 0), coalesce(sum(prompt_tokens), 0),
        coalesce(sum(completion_tokens), 0), coalesce(sum(total_cost), 0),
        coalesce(sum(prompt_cost), 0), coalesce(sum(completion_cost), 0)
    from %s having min(currency) is not distinct from max(currency)
    returning month, sealed_at, sealed_by, entries, currency, requests, total_cost
    """
        .formatted(partition);
  }

  private static void audit(Connection connection, SealedMonth sealed) throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(AUDIT)) {
      insert.setObject(1, OffsetDateTime.ofInstant(sealed.sealedAt(), ZoneOffset.UTC));
      insert.setString(2, sealed.sealedBy());
      insert.setString(3, sealed.month().toString());
      insert.setLong(4, sealed.entries());
      insert.executeUpdate();
    }
  }

  private static List<SealedMonth> sealed(Statement statement) throws SQLException {
    List<SealedMonth> months = new ArrayList<>();
    try (ResultSet rows = statement.executeQuery(SEALED)) {
      while (rows.next()) {
        months.add(sealed(rows));
      }
    }
    return months;
  }

  private static SealedMonth sealed(ResultSet row) throws SQLException {
    LocalDate first = row.getObject(1, LocalDate.class);
    return new SealedMonth(
        new Month(first.getYear(), first.getMonthValue()),
        row.getObject(2, OffsetDateTime.class).toInstant(),
        row.getString(3),
        row.getLong(4),
        row.getString(5),
        row.getLong(6),
        row.getBigDecimal(7));
  }

  private static List<Open> open(Statement statement) throws SQLException {
    List<Open> months = new ArrayList<>();
    try (ResultSet rows = statement.executeQuery(OPEN)) {
      while (rows.next()) {
        Matcher name = PARTITION.matcher(rows.getString(1));
        if (name.matches()) {
          Month month = new Month(Integer.parseInt(name.group(1)), Integer.parseInt(name.group(2)));
          months.add(new Open(month, rows.getLong(2), rows.getLong(3)));
        }
      }
    }
    months.sort(Comparator.comparing(Open::month));
    return months;
  }

  private interface Work<T> {
    T run(Connection connection) throws SQLException;
  }

  private <T> T inTransaction(Work<T> work) {
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      int timeout = connection.getNetworkTimeout();
      connection.setNetworkTimeout(Runnable::run, Math.toIntExact(LONGEST.toMillis()));
      try {
        T result = work.run(connection);
        connection.commit();
        return result;
      } catch (SQLException | RuntimeException | Error e) {
        Rollback.quietly(connection, e);
        throw e;
      } finally {
        connection.setNetworkTimeout(Runnable::run, timeout);
      }
    } catch (SQLException e) {
      throw SqlErrors.transientFailure(e);
    }
  }
}
