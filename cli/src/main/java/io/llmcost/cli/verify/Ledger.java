package io.llmcost.cli.verify;

import io.llmcost.cli.terminal.CommandFailure;
import io.llmcost.schemas.Topics;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Asks the ledger for its sums, all of one snapshot. */
final class Ledger implements AutoCloseable {
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

  /** The rollups' sums beside those of the entries and of the months that were sealed. */
  List<Check> sums() {
    List<Check> checks = new ArrayList<>();
    Map<String, BigDecimal> entries = sums("cost_entry");
    Map<String, BigDecimal> sealed = sums("sealed_month");
    Map<String, BigDecimal> rollups = sums("cost_rollup");
    for (String sum : SUMS) {
      checks.add(
          Check.equal(
              "sum(%s): entries = rollups".formatted(sum),
              of(entries, sum).add(of(sealed, sum)),
              of(rollups, sum)));
    }
    return checks;
  }

  /** What came over the topic beside what became of it, and that beside the entries. */
  List<Check> counts() {
    Map<String, BigDecimal> counts =
        row(
            """
            select coalesce(sum(received), 0) received, coalesce(sum(recorded), 0) recorded,
              coalesce(sum(recorded + already_recorded + unchanged + dead_lettered), 0) accounted,
              coalesce(sum(lost), 0) lost
            from ledger_offset where topic = '%s'
            """
                .formatted(Topics.COSTED));
    BigDecimal entries = of(row("select count(*) entries from cost_entry"), "entries");
    BigDecimal sealed =
        of(row("select coalesce(sum(entries), 0) entries from sealed_month"), "entries");
    return List.of(
        Check.equal(
            "received = recorded + already_recorded + unchanged + dead_lettered",
            of(counts, "received"),
            of(counts, "accounted")),
        Check.equal("recorded = entries", of(counts, "recorded"), entries.add(sealed)),
        Check.equal("lost = 0", of(counts, "lost"), BigDecimal.ZERO));
  }

  /** By partition, the offset up to which the topic of this id is in the ledger. */
  Map<Integer, Long> nextOffsets(UUID topicId) {
    Map<Integer, Long> offsets = new HashMap<>();
    try (PreparedStatement statement =
        connection.prepareStatement(
            "select partition, next_offset from ledger_offset where topic_id = ?")) {
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
