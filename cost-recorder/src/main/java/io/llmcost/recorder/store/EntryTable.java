package io.llmcost.recorder.store;

import io.llmcost.recorder.ledger.Amounts;
import io.llmcost.recorder.ledger.Costing;
import io.llmcost.recorder.ledger.History;
import io.llmcost.recorder.ledger.KnownOriginal;
import io.llmcost.recorder.ledger.Month;
import io.llmcost.recorder.ledger.RollupKey;
import io.llmcost.schemas.Sha256;
import io.llmcost.schemas.UsageSources;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * Reads and writes {@code cost_entry}, always one month's partition by its own name: the month is
 * known from the id, so PostgreSQL need not find it again for every row. Not for two threads.
 */
final class EntryTable {

  /** Every column, in the order in which {@link EntryEncoder} puts them. */
  static final List<String> COLUMNS =
      List.of(
          "event_id",
          "revision",
          "repricing_id",
          "recorded_at",
          "occurred_at",
          "source",
          "project",
          "provider",
          "operation",
          "model_requested",
          "model",
          "billed_model",
          "service_tier",
          "region",
          "request_type",
          "user_id",
          "trackable_type",
          "trackable_id",
          "api_key_id",
          "tags",
          "metadata",
          "status",
          "http_status",
          "error_code",
          "streamed",
          "latency_millis",
          "time_to_first_token_millis",
          "usage_source",
          "usage_inconsistent",
          "context_tokens",
          "reported_cost",
          "reported_currency",
          "request_id",
          "external_id",
          "completion_digest",
          "requests",
          "fallback_requests",
          "unpriced_requests",
          "prompt_tokens",
          "completion_tokens",
          "price_book_version",
          "cost_status",
          "currency",
          "total_cost",
          "prompt_cost",
          "completion_cost",
          "line_items");

  private static final String COLUMN_LIST = String.join(", ", COLUMNS);

  private static final int CHUNK = 1 << 16;

  private final CopyBuffer out = new CopyBuffer();

  /**
   * Finds which of {@code eventIds} of {@code month} the ledger has, and adds them to {@code to}.
   */
  void findOriginals(
      Connection connection, Month month, UUID[] eventIds, Map<UUID, KnownOriginal> to)
      throws SQLException {
    String sql =
        "select event_id, completion_digest, usage_source, total_cost from "
            + month.partition()
            + " where event_id = any(?) and revision = 0";
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      select.setArray(1, connection.createArrayOf("uuid", eventIds));
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          to.put(
              rows.getObject(1, UUID.class),
              new KnownOriginal(
                  new Sha256(rows.getBytes(2)),
                  rows.getString(3).equals(UsageSources.ESTIMATED),
                  rows.getBigDecimal(4)));
        }
      }
    }
  }

  /** Locks revision 0 of {@code eventIds}, so that revisions of an event are made one by one. */
  Map<UUID, History> lockHistories(Connection connection, Month month, Collection<UUID> eventIds)
      throws SQLException {
    Object[] ids = eventIds.stream().sorted().toArray();
    String lock =
        "select 1 from "
            + month.partition()
            + " where event_id = any(?) and revision = 0 order by event_id for update";
    try (PreparedStatement select = connection.prepareStatement(lock)) {
      select.setArray(1, connection.createArrayOf("uuid", ids));
      select.executeQuery().close();
    }
    String all =
        "select event_id, revision, repricing_id, completion_digest, requests, fallback_requests,"
            + " unpriced_requests, prompt_tokens, completion_tokens, total_cost, prompt_cost,"
            + " completion_cost, occurred_at, project, provider, billed_model, operation,"
            + " request_type, currency, status from "
            + month.partition()
            + " where event_id = any(?) order by event_id, revision";
    Map<UUID, History> histories = new HashMap<>();
    try (PreparedStatement select = connection.prepareStatement(all)) {
      select.setArray(1, connection.createArrayOf("uuid", ids));
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          addTo(histories, rows);
        }
      }
    }
    RevisionTable.addUnchanged(connection, ids, histories);
    return histories;
  }

  /** Writes revision 0 of {@code costings}, all of {@code month} and none of them in the ledger. */
  void copy(Connection connection, Month month, List<Costing> costings) throws SQLException {
    String sql =
        "copy " + month.partition() + " (" + COLUMN_LIST + ") from stdin with (format binary)";
    CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql);
    out.clear();
    out.header();
    for (Costing costing : costings) {
      out.row(costing.body().row());
      if (out.size() > CHUNK) {
        out.writeTo(copy);
      }
    }
    out.trailer();
    out.writeTo(copy);
    long written = copy.endCopy();
    if (written != costings.size()) {
      throw new SQLException("COPY took " + written + " of " + costings.size() + " rows");
    }
  }

  private static void addTo(Map<UUID, History> histories, ResultSet row) throws SQLException {
    UUID eventId = row.getObject(1, UUID.class);
    History.Entry entry =
        new History.Entry(
            row.getInt(2),
            row.getObject(3, UUID.class),
            new Sha256(row.getBytes(4)),
            new Amounts(
                row.getInt(5),
                row.getInt(6),
                row.getInt(7),
                row.getLong(8),
                row.getLong(9),
                row.getBigDecimal(10),
                row.getBigDecimal(11),
                row.getBigDecimal(12)));
    History known = histories.get(eventId);
    if (known != null) {
      List<History.Entry> entries = new ArrayList<>(known.revisions());
      entries.add(entry);
      histories.put(
          eventId, new History(known.dimensions(), known.status(), entries, known.unchanged()));
      return;
    }
    RollupKey dimensions =
        new RollupKey(
            RollupKey.bucketOf(row.getObject(13, OffsetDateTime.class).toEpochSecond()),
            row.getString(14),
            row.getString(15),
            row.getString(16),
            row.getString(17),
            row.getString(18),
            row.getString(19),
            0);
    histories.put(eventId, new History(dimensions, row.getString(20), List.of(entry), Set.of()));
  }
}
