package io.llmcost.recorder.store;

import io.llmcost.recorder.ledger.Costing;
import io.llmcost.recorder.ledger.Decisions;
import io.llmcost.recorder.ledger.History;
import io.llmcost.recorder.ledger.KnownOriginal;
import io.llmcost.recorder.ledger.Month;
import io.llmcost.recorder.ledger.Reading;
import io.llmcost.recorder.ledger.Verdict;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import javax.sql.DataSource;

/** Decides records as {@link Ledger} would now, each by those before it, and writes nothing. */
public final class LedgerPreview {
  private static final int LOOKUP = 2_000;

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
    Month lastSealed = lastSealed(connection);
    List<Reading> admitted = new ArrayList<>(readings);
    admitted.replaceAll(
        reading ->
            reading instanceof Costing costing && costing.month().compareTo(lastSealed) <= 0
                ? Ledger.closedPeriod(costing)
                : reading);
    EntryTable entries = new EntryTable();
    Map<UUID, KnownOriginal> originals = originals(connection, entries, admitted);
    Set<UUID> needed = Decisions.historiesNeeded(admitted, originals);
    Map<UUID, History> histories = new HashMap<>();
    for (Map.Entry<Month, List<UUID>> month : byMonth(needed).entrySet()) {
      histories.putAll(entries.lockHistories(connection, month.getKey(), month.getValue()));
    }
    return Decisions.decide(admitted, originals, histories).verdicts();
  }

  private static Map<UUID, KnownOriginal> originals(
      Connection connection, EntryTable entries, List<Reading> readings) throws SQLException {
    List<UUID> ids = new ArrayList<>();
    for (Reading reading : readings) {
      if (reading instanceof Costing costing) {
        ids.add(costing.eventId());
      }
    }
    Map<UUID, KnownOriginal> originals = new HashMap<>();
    for (Map.Entry<Month, List<UUID>> month : byMonth(ids).entrySet()) {
      List<UUID> all = month.getValue();
      for (int from = 0; exists(connection, month.getKey()) && from < all.size(); from += LOOKUP) {
        UUID[] some = all.subList(from, Math.min(all.size(), from + LOOKUP)).toArray(UUID[]::new);
        entries.findOriginals(connection, month.getKey(), some, originals);
      }
    }
    return originals;
  }

  private static Map<Month, List<UUID>> byMonth(Iterable<UUID> ids) {
    Map<Month, List<UUID>> byMonth = new TreeMap<>();
    ids.forEach(id -> byMonth.computeIfAbsent(Month.of(id), month -> new ArrayList<>()).add(id));
    return byMonth;
  }

  private static Month lastSealed(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select max(month) from sealed_month")) {
      row.next();
      LocalDate last = row.getObject(1, LocalDate.class);
      return last == null ? new Month(0, 1) : new Month(last.getYear(), last.getMonthValue());
    }
  }

  private static boolean exists(Connection connection, Month month) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement("select to_regclass(?) is not null")) {
      select.setString(1, month.partition());
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }
}
