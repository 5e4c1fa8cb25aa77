package io.llmcost.recorder.check;

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
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;

/** Compares the sums of an hour's entries with those of its rollups, in one snapshot. */
final class RollupCheck {

  /** An event's id may be this far from its occurred_at, and it is the id that is sealed. */
  private static final Duration APART = Duration.ofDays(7);

  // All of them numeric: records compare only where their columns are of the same types.
  private static final String SUMS =
      Stream.of(
              "requests",
              "fallback_requests",
              "unpriced_requests",
              "prompt_tokens",
              "completion_tokens",
              "total_cost",
              "prompt_cost",
              "completion_cost")
          .map(column -> "coalesce(sum(" + column + "), 0)::numeric")
          .collect(Collectors.joining(", "));

  private static final String COMPARE =
      "select ledger = rollups, ledger::text, rollups::text from"
          + " (select row("
          + SUMS
          + ") ledger from cost_entry where occurred_at >= ? and occurred_at < ?"
          + " and event_id >= ? and event_id < ?) l,"
          + " (select row("
          + SUMS
          + ") rollups from cost_rollup where bucket_start >= ? and bucket_start < ?) r";

  private static final String LAST_SEALED = "select max(month) from sealed_month";

  private static final String LOST = "select coalesce(sum(lost), 0) from ledger_offset";

  private final DataSource dataSource;

  RollupCheck(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /** What a comparison found. */
  sealed interface Finding {
    /** The sums are the same. */
    record Equal() implements Finding {}

    /** They are not; each side as PostgreSQL writes it. */
    record Different(String ledger, String rollups) implements Finding {}

    /** Entries of this hour may be sealed, and so cannot be added up. */
    record Sealed() implements Finding {}
  }

  /**
   * Compares the hour that begins at {@code hour}.
   *
   * @throws SQLException if the database does not answer in time
   */
  Finding compare(Instant hour) throws SQLException {
    Instant end = hour.plus(Duration.ofHours(1));
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      try (Statement limit = connection.createStatement()) {
        limit.execute("set local statement_timeout = '30s'");
        if (isSealed(limit, hour)) {
          return new Finding.Sealed();
        }
        return compare(connection, hour, end);
      } finally {
        connection.rollback();
      }
    }
  }

  private static Finding compare(Connection connection, Instant hour, Instant end)
      throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(COMPARE)) {
      select.setObject(1, utc(hour));
      select.setObject(2, utc(end));
      // Bounds of the ids let PostgreSQL leave the other months alone.
      select.setObject(3, Month.of(hour.minus(APART)).firstId());
      select.setObject(4, Month.of(end.plus(APART)).next().firstId());
      select.setObject(5, utc(hour));
      select.setObject(6, utc(end));
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getBoolean(1)
            ? new Finding.Equal()
            : new Finding.Different(row.getString(2), row.getString(3));
      }
    }
  }

  private static boolean isSealed(Statement statement, Instant hour) throws SQLException {
    try (ResultSet row = statement.executeQuery(LAST_SEALED)) {
      row.next();
      LocalDate last = row.getObject(1, LocalDate.class);
      return last != null
          && Month.of(hour.minus(APART)).compareTo(new Month(last.getYear(), last.getMonthValue()))
              <= 0;
    }
  }

  /** Returns how many records Kafka deleted before they were read, ever. */
  long lost() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(LOST)) {
      row.next();
      return row.getLong(1);
    }
  }

  private static OffsetDateTime utc(Instant instant) {
    return OffsetDateTime.ofInstant(instant, ZoneOffset.UTC);
  }
}
