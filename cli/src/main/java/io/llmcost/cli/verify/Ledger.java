package io.llmcost.cli.verify;

import io.llmcost.cli.terminal.CommandFailure;
import io.llmcost.schemas.Sha256;
import io.llmcost.schemas.Topics;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Asks the ledger for its sums and rows, all of one snapshot. */
final class Ledger implements AutoCloseable {
  private static final int FETCH_SIZE = 10_000;
  private static final int EXAMPLES = 5;
  private static final List<String> SUMS =
      List.of(
          "requests",
          "fallback_requests",
          "unpriced_requests",
          "prompt_tokens",
          "completion_tokens",
          "total_cost",
          "prompt_cost",
          "completion_cost");

  private final Connection connection;

  private Ledger(Connection connection) {
    this.connection = connection;
  }

  static Ledger open(String jdbcUrl) {
    try {
      Connection connection = DriverManager.getConnection(jdbcUrl);
      connection.setAutoCommit(false);
      connection.setReadOnly(true);
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      return new Ledger(connection);
    } catch (SQLException e) {
      throw failure(e);
    }
  }

  /** What came over the topic beside what became of it, and that beside the entries. */
  List<Check> counts() {
    Map<String, BigDecimal> counts =
        row(LedgerSql.COUNTS.formatted(Topics.COSTED, Topics.deadLetter(Topics.COSTED)));
    Map<String, BigDecimal> entries = row(LedgerSql.ENTRIES);
    return List.of(
        Check.equal(
                "hop 2  received = recorded + already recorded + unchanged + dead-lettered",
                of(counts, "received"),
                of(counts, "accounted"))
            .with(
                "%,d + %,d + %,d + %,d"
                    .formatted(
                        of(counts, "recorded").longValue(),
                        of(counts, "already_recorded").longValue(),
                        of(counts, "unchanged").longValue(),
                        of(counts, "dead_lettered").longValue())),
        Check.atMost(
            "hop 2  dead-lettered <= dead letters",
            of(counts, "dead_lettered").longValue(),
            of(counts, "letters").longValue()),
        Check.equal("hop 2  records lost by Kafka = 0", of(counts, "lost"), BigDecimal.ZERO),
        Check.equal(
                "ledger  recorded = entries + entries of sealed months",
                of(counts, "recorded"),
                of(entries, "entries").add(of(entries, "sealed")))
            .with(
                "%,d + %,d; revisions among them: %,d"
                    .formatted(
                        of(entries, "entries").longValue(),
                        of(entries, "sealed").longValue(),
                        of(entries, "revisions").longValue())),
        found("ledger  revisions without the one before = 0", LedgerSql.ORPHAN_REVISIONS));
  }

  /** The rollups' sums beside those of the entries and of the months that were sealed. */
  List<Check> sums() {
    List<Check> checks = new ArrayList<>();
    Map<String, BigDecimal> entries = sums("cost_entry");
    Map<String, BigDecimal> sealed = sums("sealed_month");
    Map<String, BigDecimal> rollups = sums("cost_rollup");
    for (String sum : SUMS) {
      checks.add(
          Check.equal(
              "rollups  sum(%s): entries + sealed months = rollups".formatted(sum),
              of(entries, sum).add(of(sealed, sum)),
              of(rollups, sum)));
    }
    checks.add(
        found("rollups  that differ from their entries = 0", LedgerSql.DIFFERING_ROLLUPS)
            .with("by quarter-hour and dimensions, after the last sealed month"));
    return checks;
  }

  /** The rows against themselves: the cost of an event is the sum of its lines. */
  Check lines() {
    return found("ledger  entries that are not the sum of their lines = 0", LedgerSql.WRONG_LINES);
  }

  /** One event's revision 0, and the sum over all its rows. */
  record Event(
      UUID eventId, Sha256 completionDigest, BigDecimal originalCost, @Nullable BigDecimal sum) {}

  /** Hands every event to {@code action}; the sum is null where there is only revision 0. */
  void eachEvent(Consumer<Event> action) {
    try (Statement statement = connection.createStatement()) {
      statement.setFetchSize(FETCH_SIZE);
      try (ResultSet rows = statement.executeQuery(LedgerSql.EVENTS)) {
        while (rows.next()) {
          action.accept(
              new Event(
                  rows.getObject(1, UUID.class),
                  new Sha256(rows.getBytes(2)),
                  rows.getBigDecimal(3),
                  rows.getBigDecimal(4)));
        }
      }
    } catch (SQLException e) {
      throw failure(e);
    }
  }

  /** The first day after the last sealed month, or null where none is sealed. */
  @Nullable LocalDate openSince() {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(LedgerSql.OPEN_SINCE)) {
      return rows.next() ? rows.getObject(1, LocalDate.class) : null;
    } catch (SQLException e) {
      throw failure(e);
    }
  }

  /** By partition, the offset up to which the topic of this id is in the ledger. */
  Map<Integer, Long> nextOffsets(UUID topicId) {
    Map<Integer, Long> offsets = new HashMap<>();
    try (PreparedStatement statement = connection.prepareStatement(LedgerSql.NEXT_OFFSETS)) {
      statement.setObject(1, topicId);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          offsets.put(rows.getInt(1), rows.getLong(2));
        }
      }
    } catch (SQLException e) {
      throw failure(e);
    }
    return offsets;
  }

  /** How many offsets the ledger has passed of all topics that ever had this name. */
  long everTaken(String topic) {
    return of(row(LedgerSql.EVER_TAKEN.formatted(topic)), "taken").longValue();
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw failure(e);
    }
  }

  private Map<String, BigDecimal> sums(String table) {
    List<String> columns =
        SUMS.stream().map(sum -> "coalesce(sum(%1$s), 0) %1$s".formatted(sum)).toList();
    return row("select %s from %s".formatted(String.join(", ", columns), table));
  }

  /** Runs a query that returns what is wrong, a text and the count of all of them in each row. */
  private Check found(String name, String sql) {
    List<String> examples = new ArrayList<>();
    long count = 0;
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql.formatted(EXAMPLES))) {
      while (rows.next()) {
        examples.add(rows.getString(1));
        count = rows.getLong(2);
      }
    } catch (SQLException e) {
      throw failure(e);
    }
    return Check.none(name, count, examples);
  }

  private Map<String, BigDecimal> row(String sql) {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      Map<String, BigDecimal> row = new HashMap<>();
      if (rows.next()) {
        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
          row.put(rows.getMetaData().getColumnLabel(i), rows.getBigDecimal(i));
        }
      }
      return row;
    } catch (SQLException e) {
      throw failure(e);
    }
  }

  private static BigDecimal of(Map<String, BigDecimal> row, String name) {
    return row.getOrDefault(name, BigDecimal.ZERO);
  }

  private static CommandFailure failure(SQLException e) {
    return new CommandFailure("the ledger cannot be read: " + e.getMessage(), e);
  }
}
