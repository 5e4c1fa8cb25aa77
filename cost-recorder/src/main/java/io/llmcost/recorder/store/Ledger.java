package io.llmcost.recorder.store;

import io.llmcost.recorder.ledger.Costing;
import io.llmcost.recorder.ledger.Counts;
import io.llmcost.recorder.ledger.Decisions;
import io.llmcost.recorder.ledger.Month;
import io.llmcost.recorder.ledger.Reading;
import io.llmcost.recorder.ledger.Refusal;
import io.llmcost.recorder.ledger.RefusedRecordException;
import io.llmcost.recorder.ledger.Verdict;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Writes a batch in one transaction: rows, rollups, counts and offsets, or nothing. One instance a
 * consumer thread, since it keeps its buffers.
 *
 * <p>Rows are copied straight into their month's partition, and its primary key decides what is
 * new. As long as nothing comes twice, no event is looked up first: a batch that is wrong about
 * that meets a unique violation, is rolled back, and is written again with what the ledger knows of
 * its events, as are the batches after it until a number of them had nothing known.
 */
public final class Ledger {
  /** Batches without a known event after which one is written unseen again. */
  private static final int LOOKUPS = 16;

  private final DataSource dataSource;
  private final Partitions partitions;
  private final Clock clock;
  private final EntryTable entries = new EntryTable();
  private int lookups;

  public Ledger(DataSource dataSource, Partitions partitions, Clock clock) {
    this.dataSource = dataSource;
    this.partitions = partitions;
    this.clock = clock;
  }

  /** What must have happened, in the transaction and outside the database, before it commits. */
  public interface BeforeCommit {
    /** Called with the verdicts, one a record, in the batch's order; an exception rolls back. */
    void run(Connection connection, List<Verdict> verdicts);
  }

  /**
   * Writes {@code batch}, whose records of one stream follow each other.
   *
   * @return one verdict a record, in the batch's order
   * @throws RefusedRecordException if PostgreSQL refuses a record's data
   * @throws OffsetMovedException if a stream is not where the batch begins
   * @throws StoreUnavailableException if it must be tried again
   */
  public List<Verdict> write(List<Placed> batch, BeforeCommit beforeCommit)
      throws RefusedRecordException {
    List<Reading> readings = admitted(batch);
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      try {
        Decisions unseen = lookups == 0 ? decidedUnseen(readings) : null;
        if (unseen != null) {
          try {
            OffsetTable.lock(connection, steps(batch, List.of()));
            return write(connection, batch, unseen, beforeCommit);
          } catch (SQLException e) {
            if (!SqlErrors.isUniqueViolation(e)) {
              throw e;
            }
            connection.rollback();
            lookups = LOOKUPS;
          }
        }
        OffsetTable.lock(connection, steps(batch, List.of()));
        return write(connection, batch, decided(connection, readings), beforeCommit);
      } catch (SQLException | RuntimeException | Error e) {
        Rollback.quietly(connection, e);
        throw e;
      }
    } catch (SQLException e) {
      if (SqlErrors.isMissingTable(e)) {
        partitions.forget();
      }
      throw SqlErrors.unavailable(e);
    }
  }

  /**
   * Decides as if the ledger knew none of the events; null where that is no decision to act on. A
   * refusal is none, since what the ledger knows could turn it into another verdict.
   */
  private static @Nullable Decisions decidedUnseen(List<Reading> readings) {
    Decisions decisions = Decisions.decide(readings, Map.of(), Map.of());
    for (Verdict verdict : decisions.verdicts()) {
      if (!(verdict instanceof Verdict.Original || verdict instanceof Verdict.AlreadyRecorded)) {
        return null;
      }
    }
    return decisions;
  }

  private Decisions decided(Connection connection, List<Reading> readings) throws SQLException {
    KnownEvents known = KnownEvents.of(connection, entries, readings, months(readings));
    if (!known.originals().isEmpty()) {
      lookups = LOOKUPS;
    } else if (lookups > 0) {
      lookups--;
    }
    return known.decide(readings);
  }

  private List<Verdict> write(
      Connection connection, List<Placed> batch, Decisions decisions, BeforeCommit beforeCommit)
      throws SQLException {
    beforeCommit.run(connection, decisions.verdicts());
    for (Map.Entry<Month, List<Costing>> month : decisions.originals().entrySet()) {
      entries.copy(connection, month.getKey(), month.getValue());
    }
    RevisionTable.write(
        connection, decisions.revisions(), clock.instant().truncatedTo(ChronoUnit.MICROS));
    RevisionTable.remember(connection, decisions.unchanged());
    RollupTable.add(connection, decisions.rollups());
    OffsetTable.advance(connection, steps(batch, decisions.verdicts()));
    connection.commit();
    return decisions.verdicts();
  }

  /** The batch's readings, where those of closed months are refused. */
  private List<Reading> admitted(List<Placed> batch) {
    List<Reading> readings = new ArrayList<>(batch.size());
    batch.forEach(placed -> readings.add(placed.reading()));
    Set<Month> closed = partitions.ensure(months(readings));
    if (!closed.isEmpty()) {
      readings.replaceAll(
          reading ->
              reading instanceof Costing costing && closed.contains(costing.month())
                  ? closedPeriod(costing)
                  : reading);
    }
    return readings;
  }

  static Set<Month> months(List<Reading> readings) {
    Set<Month> months = new HashSet<>();
    for (Reading reading : readings) {
      if (reading instanceof Costing costing) {
        months.add(costing.month());
      }
    }
    return months;
  }

  static Refusal closedPeriod(Costing costing) {
    return new Refusal(
        Refusal.Cause.CLOSED_PERIOD,
        "completed.event_id: its month, " + costing.month().partition() + ", is sealed");
  }

  /** One step a stream; without verdicts, one that counts nothing yet. */
  private static Collection<Step> steps(List<Placed> batch, List<Verdict> verdicts) {
    Map<Stream, Step> steps = new TreeMap<>();
    for (int i = 0; i < batch.size(); i++) {
      Placed placed = batch.get(i);
      Step before = steps.get(placed.stream());
      Counts counts = before == null ? Counts.NONE : before.counts();
      steps.put(
          placed.stream(),
          new Step(
              placed.stream(),
              before == null ? placed.from() : before.from(),
              placed.next(),
              verdicts.isEmpty() ? counts : counts.plus(verdicts.get(i)),
              placed.appendedAt()));
    }
    return steps.values();
  }
}
