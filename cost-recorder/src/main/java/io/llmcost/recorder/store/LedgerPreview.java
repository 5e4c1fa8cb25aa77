package io.llmcost.recorder.store;

import io.llmcost.recorder.ledger.Costing;
import io.llmcost.recorder.ledger.Month;
import io.llmcost.recorder.ledger.Reading;
import io.llmcost.recorder.ledger.Verdict;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;

/** Decides records as {@link Ledger} would now, each by those before it, and writes nothing. */
public final class LedgerPreview {
  private final DataSource dataSource;

  public LedgerPreview(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /**
   * Returns one verdict a reading, in their order.
   *
   * @throws StoreUnavailableException if the database does not answer
   */
  public List<Verdict> decide(List<Reading> readings) {
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      try {
        return decide(connection, readings);
      } finally {
        connection.rollback();
      }
    } catch (SQLException e) {
      throw SqlErrors.transientFailure(e);
    }
  }

  private static List<Verdict> decide(Connection connection, List<Reading> readings)
      throws SQLException {
    try (Statement statement = connection.createStatement()) {
      Month lastSealed = Partitions.lastSealed(statement);
      List<Reading> admitted = new ArrayList<>(readings);
      admitted.replaceAll(
          reading ->
              reading instanceof Costing costing && costing.month().compareTo(lastSealed) <= 0
                  ? Ledger.closedPeriod(costing)
                  : reading);
      return KnownEvents.of(connection, new EntryTable(), admitted, existing(statement, admitted))
          .decide(admitted)
          .verdicts();
    }
  }

  // A preview makes no partition; where there is none, no event is known.
  private static Set<Month> existing(Statement statement, List<Reading> readings)
      throws SQLException {
    Set<Month> existing = new HashSet<>();
    for (Month month : Ledger.months(readings)) {
      if (Partitions.exists(statement, month)) {
        existing.add(month);
      }
    }
    return existing;
  }
}
