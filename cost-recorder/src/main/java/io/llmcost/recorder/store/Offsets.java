package io.llmcost.recorder.store;

import io.llmcost.recorder.ledger.Counts;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Map;
import javax.sql.DataSource;

/** How far each stream was taken: read on assignment, moved on by idle partitions. */
public final class Offsets {
  private final DataSource dataSource;

  public Offsets(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /**
   * Returns the offset of the next record that the ledger wants of {@code stream}: for one never
   * seen before, {@code beginning}.
   *
   * @throws StoreUnavailableException if the database does not answer
   */
  public long position(Stream stream, long beginning) {
    return inTransaction(connection -> OffsetTable.position(connection, stream, beginning));
  }

  /** Writes something in the transaction that moves streams on. */
  public interface Work {
    /** Returns what became of the records of each stream. */
    Map<Stream, Counts> run(Connection connection) throws SQLException;
  }

  /**
   * Does {@code work} and moves {@code steps} on by what it returns, all or nothing.
   *
   * @throws OffsetMovedException if a stream is not where its step begins
   * @throws StoreUnavailableException if the database does not answer
   */
  public void advance(Collection<Step> steps, Work work) {
    inTransaction(
        connection -> {
          OffsetTable.lock(connection, steps);
          Map<Stream, Counts> counts = work.run(connection);
          OffsetTable.advance(
              connection,
              steps.stream().map(step -> step.with(counts.get(step.stream()))).toList());
          return 0L;
        });
  }

  /**
   * Moves idle streams on: no records, but offsets without records and the time through which they
   * are complete.
   *
   * @throws OffsetMovedException if one is elsewhere
   * @throws StoreUnavailableException if the database does not answer
   */
  public void advance(Collection<Step> steps) {
    inTransaction(
        connection -> {
          OffsetTable.lock(connection, steps);
          OffsetTable.advance(connection, steps);
          return 0L;
        });
  }

  /**
   * Gives up the records between {@code from} and {@code to}, which Kafka no longer has; they stay
   * counted as lost.
   *
   * @throws OffsetMovedException if the stream is not at {@code from}
   */
  public void movePastLoss(Stream stream, long from, long to) {
    inTransaction(
        connection -> {
          OffsetTable.movePastLoss(connection, stream, from, to);
          return 0L;
        });
  }

  private interface LongWork {
    long run(Connection connection) throws SQLException;
  }

  private long inTransaction(LongWork work) {
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      try {
        long result = work.run(connection);
        connection.commit();
        return result;
      } catch (SQLException | RuntimeException | Error e) {
        Rollback.quietly(connection, e);
        throw e;
      }
    } catch (SQLException e) {
      throw SqlErrors.transientFailure(e);
    }
  }
}
