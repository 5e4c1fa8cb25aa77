package io.llmcost.recorder.store;

import io.llmcost.recorder.ledger.Counts;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads and moves {@code ledger_offset}, the one truth about how far a stream was taken. */
final class OffsetTable {

  private static final String INSERT =
      """
      insert into ledger_offset (topic_id, partition, topic, next_offset) values (?, ?, ?, ?)
      on conflict (topic_id, partition) do nothing
      """;

  private static final String SELECT =
      "select next_offset from ledger_offset where topic_id = ? and partition = ?";

  private static final String LOCK = SELECT + " for no key update";

  private static final String ADVANCE =
      """
      update ledger_offset set
          next_offset = ?,
          received = received + ?,
          recorded = recorded + ?,
          already_recorded = already_recorded + ?,
          unchanged = unchanged + ?,
          dead_lettered = dead_lettered + ?,
          price_differs = price_differs + ?,
          complete_through = greatest(complete_through, ?::timestamptz)
      where topic_id = ? and partition = ? and next_offset = ?
      """;

  private static final String MOVE_PAST_LOSS =
      """
      update ledger_offset set next_offset = ?, lost = lost + ?
      where topic_id = ? and partition = ? and next_offset = ?
      """;

  // A deleted topic's rows stay for their counts, but must not hold back how complete we are.
  private static final String RETIRE =
      """
      update ledger_offset set complete_through = null
      where topic = ? and topic_id <> ? and complete_through is not null
      """;

  private OffsetTable() {}

  /** Returns where {@code stream} is, making its row at {@code beginning} where it has none. */
  static long position(Connection connection, Stream stream, long beginning) throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
      insert.setObject(1, stream.topicId());
      insert.setInt(2, stream.partition());
      insert.setString(3, stream.topic());
      insert.setLong(4, beginning);
      insert.executeUpdate();
    }
    try (PreparedStatement retire = connection.prepareStatement(RETIRE)) {
      retire.setString(1, stream.topic());
      retire.setObject(2, stream.topicId());
      retire.executeUpdate();
    }
    Long stored = positions(connection, List.of(stream), SELECT).get(stream);
    return stored == null ? beginning : stored;
  }

  /**
   * Locks the rows of {@code steps}, in one order for everyone, and so keeps out whoever else
   * thinks that a stream is theirs.
   *
   * @throws OffsetMovedException if a stream is not where its step begins
   */
  static void lock(Connection connection, Collection<Step> steps) throws SQLException {
    Map<Stream, Long> stored =
        positions(connection, steps.stream().map(Step::stream).sorted().toList(), LOCK);
    for (Step step : steps) {
      Long at = stored.get(step.stream());
      if (at == null || at != step.from()) {
        throw moved(step, at == null ? "unknown" : at.toString());
      }
    }
  }

  /** Moves every stream on and adds its counts; the steps were locked, or move at most once. */
  static void advance(Connection connection, Collection<Step> steps) throws SQLException {
    try (PreparedStatement update = connection.prepareStatement(ADVANCE)) {
      for (Step step : steps) {
        Counts counts = step.counts();
        update.setLong(1, step.next());
        update.setLong(2, counts.received());
        update.setLong(3, counts.recorded());
        update.setLong(4, counts.alreadyRecorded());
        update.setLong(5, counts.unchanged());
        update.setLong(6, counts.deadLettered());
        update.setLong(7, counts.priceDiffers());
        update.setObject(
            8,
            step.completeThrough() == null
                ? null
                : OffsetDateTime.ofInstant(step.completeThrough(), ZoneOffset.UTC));
        update.setObject(9, step.stream().topicId());
        update.setInt(10, step.stream().partition());
        update.setLong(11, step.from());
        update.addBatch();
      }
      int[] updated = update.executeBatch();
      int index = 0;
      for (Step step : steps) {
        if (updated[index++] != 1) {
          throw moved(step, "elsewhere");
        }
      }
    }
  }

  /** Moves a stream to where Kafka still has records, counting what it no longer has. */
  static void movePastLoss(Connection connection, Stream stream, long from, long to)
      throws SQLException {
    try (PreparedStatement update = connection.prepareStatement(MOVE_PAST_LOSS)) {
      update.setLong(1, to);
      update.setLong(2, Math.max(0, to - from));
      update.setObject(3, stream.topicId());
      update.setInt(4, stream.partition());
      update.setLong(5, from);
      if (update.executeUpdate() != 1) {
        throw new OffsetMovedException(stream + " moved while its lost records were counted");
      }
    }
  }

  private static Map<Stream, Long> positions(
      Connection connection, List<Stream> streams, String sql) throws SQLException {
    Map<Stream, Long> stored = new HashMap<>();
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      for (Stream stream : streams) {
        select.setObject(1, stream.topicId());
        select.setInt(2, stream.partition());
        try (ResultSet row = select.executeQuery()) {
          if (row.next()) {
            stored.put(stream, row.getLong(1));
          }
        }
      }
    }
    return stored;
  }

  private static OffsetMovedException moved(Step step, String stored) {
    return new OffsetMovedException(
        "%s-%d: this consumer is at %d, the database at %s"
            .formatted(step.stream().topic(), step.stream().partition(), step.from(), stored));
  }
}
