package io.llmcost.calculator.attention;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The queue's tables. */
final class AttentionStore {

  private static final String ADD =
      """
      insert into pricebook.attention as known (provider, model, concern, requests, tokens, amount,
        reported_amount, meters, first_seen, last_seen, last_event_id, service_tier, region)
      values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      on conflict (provider, model, concern) do update set
        requests = known.requests + excluded.requests,
        tokens = known.tokens + excluded.tokens,
        amount = known.amount + excluded.amount,
        reported_amount = known.reported_amount + excluded.reported_amount,
        meters = (select array_agg(distinct meter order by meter)
                    from unnest(known.meters || excluded.meters) meter),
        first_seen = least(known.first_seen, excluded.first_seen),
        last_seen = greatest(known.last_seen, excluded.last_seen),
        last_event_id = case when excluded.last_seen >= known.last_seen
                             then excluded.last_event_id else known.last_event_id end,
        service_tier = case when excluded.last_seen >= known.last_seen
                            then excluded.service_tier else known.service_tier end,
        region = case when excluded.last_seen >= known.last_seen
                      then excluded.region else known.region end\
      """;
  private static final String ENTRIES =
      """
      select provider, model, concern, requests, tokens, amount, reported_amount, meters,
             first_seen, last_seen, last_event_id, service_tier, region,
             dismissed_at, dismissed_by, dismiss_reason, dismissed_requests
      from pricebook.attention\
      """;

  private final DataSource database;
  private final int maxSubjects;

  // Entries are never removed. The writer's thread alone uses this.
  private final Set<Subject> known = new TreeSet<>();

  /**
   * @param maxSubjects how many entries there are at most: names come from events, and may be
   *     anybody's invention
   */
  AttentionStore(DataSource database, int maxSubjects) {
    this.database = database;
    this.maxSubjects = maxSubjects;
  }

  /** Adds what is new of {@code sightings}, with how far it is counted, in one transaction. */
  void add(List<Sighting> sightings) throws SQLException {
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      try {
        SortedMap<Integer, Sighting.Mark> behind = SightingSum.marks(sightings);
        Map<Integer, Sighting.Mark> marks = lockMarks(connection, behind);
        add(connection, withinLimit(connection, SightingSum.of(sightings, marks)));
        moveMarks(connection, marks, behind);
        connection.commit();
      } catch (SQLException | RuntimeException e) {
        connection.rollback();
        throw e;
      } finally {
        connection.setAutoCommit(true);
      }
    }
  }

  /** Returns every entry, in no order. */
  List<AttentionEntry> entries() throws SQLException {
    List<AttentionEntry> entries = new ArrayList<>();
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(ENTRIES)) {
      while (row.next()) {
        entries.add(entry(row));
      }
    }
    return entries;
  }

  /**
   * Dismisses an entry, or opens it again, and writes down who did.
   *
   * @return false where there is no such entry
   */
  boolean decide(Subject subject, boolean dismiss, String actor, String reason, Instant at)
      throws SQLException {
    String update =
        dismiss
            ? """
            update pricebook.attention set dismissed_at = ?, dismissed_by = ?, dismiss_reason = ?,
              dismissed_requests = requests where provider = ? and model = ? and concern = ?\
            """
            : """
            update pricebook.attention set dismissed_at = null, dismissed_by = null,
              dismiss_reason = null, dismissed_requests = null
            where provider = ? and model = ? and concern = ?\
            """;
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      try (PreparedStatement statement = connection.prepareStatement(update)) {
        int next = 1;
        if (dismiss) {
          statement.setObject(next++, utc(at));
          statement.setString(next++, actor);
          statement.setString(next++, reason);
        }
        statement.setString(next++, subject.provider());
        statement.setString(next++, subject.model());
        statement.setString(next, subject.concern().text());
        boolean found = statement.executeUpdate() == 1;
        if (found) {
          writeDown(connection, subject, dismiss ? "dismiss" : "reopen", actor, reason, at);
        }
        connection.commit();
        return found;
      } catch (SQLException | RuntimeException e) {
        connection.rollback();
        throw e;
      } finally {
        connection.setAutoCommit(true);
      }
    }
  }

  private static void writeDown(
      Connection connection, Subject subject, String act, String actor, String reason, Instant at)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            insert into pricebook.attention_decision
              (at, actor, act, provider, model, concern, reason) values (?, ?, ?, ?, ?, ?, ?)\
            """)) {
      insert.setObject(1, utc(at));
      insert.setString(2, actor);
      insert.setString(3, act);
      insert.setString(4, subject.provider());
      insert.setString(5, subject.model());
      insert.setString(6, subject.concern().text());
      insert.setString(7, reason);
      insert.executeUpdate();
    }
  }

  // Locked in the order of the partitions; a mark that is not there yet is made, and counts
  // nothing.
  private static Map<Integer, Sighting.Mark> lockMarks(
      Connection connection, SortedMap<Integer, Sighting.Mark> behind) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            insert into pricebook.attention_mark (partition, next_offset, appended_at)
            values (?, 0, '-infinity') on conflict do nothing\
            """)) {
      for (int partition : behind.keySet()) {
        insert.setInt(1, partition);
        insert.addBatch();
      }
      insert.executeBatch();
    }
    Map<Integer, Sighting.Mark> marks = new HashMap<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            """
            select partition, next_offset, appended_at from pricebook.attention_mark
            where partition = any(?) and appended_at > '-infinity' order by partition for update\
            """)) {
      select.setArray(1, connection.createArrayOf("integer", behind.keySet().toArray()));
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          marks.put(
              row.getInt("partition"),
              new Sighting.Mark(row.getLong("next_offset"), instant(row, "appended_at")));
        }
      }
    }
    return marks;
  }

  private static void moveMarks(
      Connection connection,
      Map<Integer, Sighting.Mark> marks,
      SortedMap<Integer, Sighting.Mark> behind)
      throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            """
            update pricebook.attention_mark set next_offset = ?, appended_at = ?
            where partition = ?\
            """)) {
      for (Map.Entry<Integer, Sighting.Mark> mark : behind.entrySet()) {
        Sighting.Mark known = marks.get(mark.getKey());
        Sighting.Mark next = mark.getValue();
        var last = new Sighting.Place(mark.getKey(), next.nextOffset() - 1, next.appendedAt());
        if (known == null || !known.covers(last)) {
          update.setLong(1, next.nextOffset());
          update.setObject(2, utc(next.appendedAt()));
          update.setInt(3, mark.getKey());
          update.addBatch();
        }
      }
      update.executeBatch();
    }
  }

  private SortedMap<Subject, SightingSum> withinLimit(
      Connection connection, SortedMap<Subject, SightingSum> sums) throws SQLException {
    if (known.containsAll(sums.keySet())) {
      return sums;
    }
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("select provider, model, concern from pricebook.attention")) {
      while (row.next()) {
        known.add(subject(row));
      }
    }
    long room = (long) maxSubjects - known.size();
    if (room >= sums.size()) {
      return sums;
    }
    SortedMap<Subject, SightingSum> limited = new TreeMap<>();
    for (Map.Entry<Subject, SightingSum> sum : sums.entrySet()) {
      Subject subject = sum.getKey();
      if (!known.contains(subject) && --room < 0) {
        subject = new Subject(Subject.OTHERS, Subject.OTHERS, subject.concern());
      }
      limited.merge(subject, sum.getValue(), SightingSum::plus);
    }
    return limited;
  }

  private static void add(Connection connection, SortedMap<Subject, SightingSum> sums)
      throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(ADD)) {
      for (Map.Entry<Subject, SightingSum> entry : sums.entrySet()) {
        Subject subject = entry.getKey();
        SightingSum sum = entry.getValue();
        insert.setString(1, subject.provider());
        insert.setString(2, subject.model());
        insert.setString(3, subject.concern().text());
        insert.setLong(4, sum.requests());
        insert.setLong(5, sum.tokens());
        insert.setBigDecimal(6, sum.amount());
        insert.setBigDecimal(7, sum.reported());
        insert.setArray(8, connection.createArrayOf("text", sum.meters().toArray()));
        insert.setObject(9, utc(sum.firstSeen()));
        insert.setObject(10, utc(sum.lastSeen()));
        insert.setObject(11, UUID.fromString(sum.lastEventId()));
        insert.setString(12, sum.serviceTier());
        insert.setString(13, sum.region());
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  private static AttentionEntry entry(ResultSet row) throws SQLException {
    Instant dismissedAt = null;
    @Nullable OffsetDateTime dismissed = row.getObject("dismissed_at", OffsetDateTime.class);
    if (dismissed != null) {
      dismissedAt = dismissed.toInstant();
    }
    return new AttentionEntry(
        subject(row),
        row.getLong("requests"),
        row.getLong("tokens"),
        row.getBigDecimal("amount"),
        row.getBigDecimal("reported_amount"),
        List.of((String[]) row.getArray("meters").getArray()),
        instant(row, "first_seen"),
        instant(row, "last_seen"),
        row.getString("last_event_id"),
        row.getString("service_tier"),
        row.getString("region"),
        dismissedAt == null
            ? null
            : new AttentionEntry.Dismissal(
                dismissedAt,
                row.getString("dismissed_by"),
                row.getString("dismiss_reason"),
                row.getLong("dismissed_requests")));
  }

  private static Subject subject(ResultSet row) throws SQLException {
    return new Subject(
        row.getString("provider"), row.getString("model"), Concern.parse(row.getString("concern")));
  }

  private static Instant instant(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }

  private static OffsetDateTime utc(Instant at) {
    return OffsetDateTime.ofInstant(at, ZoneOffset.UTC);
  }
}
