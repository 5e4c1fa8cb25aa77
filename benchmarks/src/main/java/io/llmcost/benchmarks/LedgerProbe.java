package io.llmcost.benchmarks;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/** Asks the ledger how far it is; cheap enough to be asked ten times a second. */
final class LedgerProbe implements AutoCloseable {
  private final Connection connection;

  LedgerProbe(String url) throws SQLException {
    connection = DriverManager.getConnection(url);
  }

  /**
   * Whether the ledger is exact.
   *
   * @param entries rows
   * @param distinct events among them
   * @param lost counted by the recorder
   * @param rollupDifference of the costs of entries and rollups
   */
  record Exactness(long entries, long distinct, long lost, BigDecimal rollupDifference) {}

  long received(String topic) throws SQLException {
    return number("select sum(received) from ledger_offset where topic = '" + topic + "'")
        .longValue();
  }

  void awaitReceived(String topic, long count, Duration limit)
      throws SQLException, InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (received(topic) < count) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("%,d events not recorded".formatted(count));
      }
      Thread.sleep(100);
    }
  }

  Exactness exactness() throws SQLException {
    return new Exactness(
        number("select count(*) from cost_entry").longValue(),
        number("select count(distinct event_id) from cost_entry").longValue(),
        number("select sum(lost) from ledger_offset").longValue(),
        number("select sum(total_cost) from cost_entry")
            .subtract(number("select sum(total_cost) from cost_rollup")));
  }

  void truncate() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("truncate cost_entry, cost_rollup");
      statement.execute("vacuum analyze");
    }
  }

  private BigDecimal number(String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      BigDecimal number = row.getBigDecimal(1);
      return number == null ? BigDecimal.ZERO : number;
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
