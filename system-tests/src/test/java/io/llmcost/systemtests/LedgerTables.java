package io.llmcost.systemtests;

import static org.awaitility.Awaitility.await;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** The ledger's tables as an owner of the database sees them: read, and tampered with. */
final class LedgerTables {
  private static final List<String> TABLES = List.of("cost_entry", "cost_rollup", "sealed_month");

  private final String url;

  LedgerTables(String url) {
    this.url = url;
  }

  /** What one event is recorded as. */
  interface EventVisitor {
    void visit(UUID eventId, int rows, BigDecimal cost);
  }

  /** Hands every event on: its id, how many rows it has, what they cost together. */
  void eachEvent(EventVisitor visitor) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url)) {
      connection.setAutoCommit(false);
      try (Statement statement = connection.createStatement()) {
        statement.setFetchSize(10_000);
        try (ResultSet rows =
            statement.executeQuery(
                "select event_id, count(*), sum(total_cost) from cost_entry group by event_id")) {
          while (rows.next()) {
            visitor.visit(rows.getObject(1, UUID.class), rows.getInt(2), rows.getBigDecimal(3));
          }
        }
      }
    }
  }

  /** Two texts of a row. */
  interface TextVisitor {
    void visit(String first, String second);
  }

  /** Hands every row on, which has two texts. */
  void eachText(String sql, TextVisitor visitor) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        visitor.visit(rows.getString(1), rows.getString(2));
      }
    }
  }

  BigDecimal number(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      BigDecimal number = row.getBigDecimal(1);
      return number == null ? BigDecimal.ZERO : number;
    }
  }

  void awaitEvents(long events, Duration limit) {
    await("%,d events in the ledger".formatted(events))
        .atMost(limit)
        .pollInterval(Duration.ofMillis(500))
        .ignoreExceptions()
        .until(() -> number("select count(*) from cost_entry").longValue() >= events);
  }

  /** Runs the test on tables that {@code sql} changed, and puts them back as they were. */
  void tampered(String sql, Runnable test) throws SQLException {
    for (String table : TABLES) {
      execute("create table saved_%1$s as select * from %1$s".formatted(table));
    }
    try {
      execute(sql);
      test.run();
    } finally {
      for (String table : TABLES) {
        execute("delete from %1$s; insert into %1$s select * from saved_%1$s".formatted(table));
        execute("drop table saved_" + table);
      }
    }
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
