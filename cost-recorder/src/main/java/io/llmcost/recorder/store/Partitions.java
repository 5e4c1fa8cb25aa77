package io.llmcost.recorder.store;

import io.llmcost.recorder.ledger.Month;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The months of the ledger: makes the partitions that are missing, in transactions of their own,
 * and knows which months are closed. There is no default partition, so a row can only be where its
 * id says.
 */
public final class Partitions {
  private static final Logger log = LoggerFactory.getLogger(Partitions.class);

  // Any number that nothing else in this database locks: 'llmcost' and 'part' in ASCII.
  private static final long LOCK = 0x6c6c6d_70617274L;

  private final DataSource dataSource;
  private final Set<Month> open = ConcurrentHashMap.newKeySet();

  public Partitions(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /**
   * Makes sure that {@code months} can be written.
   *
   * @return those of them that are closed, and so cannot
   * @throws StoreUnavailableException if the database does not answer
   */
  public Set<Month> ensure(Collection<Month> months) {
    if (open.containsAll(months)) {
      return Set.of();
    }
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      try {
        Set<Month> closed = ensure(connection, months);
        connection.commit();
        months.stream().filter(month -> !closed.contains(month)).forEach(open::add);
        return closed;
      } catch (SQLException | RuntimeException | Error e) {
        Rollback.quietly(connection, e);
        throw e;
      }
    } catch (SQLException e) {
      throw SqlErrors.transientFailure(e);
    }
  }

  /** Forgets what is known: a partition that was there is gone. */
  void forget() {
    open.clear();
  }

  private static Set<Month> ensure(Connection connection, Collection<Month> months)
      throws SQLException {
    Set<Month> closed = new HashSet<>();
    try (Statement statement = connection.createStatement()) {
      lock(statement);
      Month lastSealed = lastSealed(statement);
      for (Month month : months) {
        if (month.compareTo(lastSealed) <= 0) {
          closed.add(month);
        } else if (!exists(statement, month)) {
          create(statement, month);
          log.info("made partition {}", month.partition());
        }
      }
    }
    return closed;
  }

  /** Keeps everyone else from making or sealing months until the transaction ends. */
  static void lock(Statement statement) throws SQLException {
    statement.execute("select pg_advisory_xact_lock(" + LOCK + ")");
  }

  static Month lastSealed(Statement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery("select max(month) from sealed_month")) {
      row.next();
      LocalDate last = row.getObject(1, LocalDate.class);
      return last == null ? new Month(0, 1) : new Month(last.getYear(), last.getMonthValue());
    }
  }

  static boolean exists(Statement statement, Month month) throws SQLException {
    try (ResultSet row =
        statement.executeQuery("select to_regclass('" + month.partition() + "') is not null")) {
      row.next();
      return row.getBoolean(1);
    }
  }

  // Made apart and attached: CREATE … PARTITION OF would wait for, and hold up, every reader.
  private static void create(Statement statement, Month month) throws SQLException {
    statement.execute("create table " + month.partition() + " (like cost_entry including all)");
    statement.execute(
        "alter table cost_entry attach partition %s for values from ('%s') to ('%s')"
            .formatted(month.partition(), month.firstId(), month.next().firstId()));
  }
}
