package io.llmcost.recorder.store;

import io.llmcost.recorder.ledger.History;
import io.llmcost.recorder.ledger.Month;
import io.llmcost.recorder.ledger.Verdict;
import io.llmcost.schemas.LlmRequestCosted;
import io.llmcost.schemas.ReportedCost;
import java.math.BigDecimal;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Writes revisions of events that the ledger has, one statement a month and batch, and remembers
 * the repricings that moved nothing.
 */
final class RevisionTable {

  /** A revision and what its row is made from, decoded once. */
  private record Row(Verdict.Revision revision, LlmRequestCosted event, String recordedAt) {}

  /**
   * A column of {@code cost_entry} that is a revision's own; all else, and so what it is counted
   * under, is revision 0's.
   *
   * @param value as text, which PostgreSQL reads as {@code type}
   */
  private record Column(String name, String type, Function<Row, @Nullable Object> value) {
    String selected() {
      return switch (name) {
        case "model" -> "coalesce(r.model, o.model)";
        default -> "r." + name;
      };
    }
  }

  private static final List<Column> COLUMNS =
      List.of(
          new Column("revision", "int4", row -> row.revision().revision()),
          new Column("repricing_id", "uuid", row -> row.revision().repricingId()),
          new Column("recorded_at", "timestamptz", Row::recordedAt),
          new Column("model", "text", row -> row.event().getCompleted().getModel()),
          new Column("usage_source", "text", row -> row.event().getCompleted().getUsageSource()),
          new Column(
              "usage_inconsistent",
              "bool",
              row -> row.event().getCompleted().getUsageInconsistent()),
          new Column(
              "context_tokens", "int8", row -> row.event().getCompleted().getContextTokens()),
          new Column("reported_cost", "numeric", RevisionTable::reportedCost),
          new Column("reported_currency", "text", RevisionTable::reportedCurrency),
          new Column(
              "completion_digest",
              "bytea",
              row -> "\\x" + HexFormat.of().formatHex(row.event().getCompletionDigest().bytes())),
          new Column("requests", "int2", row -> row.revision().difference().requests()),
          new Column(
              "fallback_requests", "int2", row -> row.revision().difference().fallbackRequests()),
          new Column(
              "unpriced_requests", "int2", row -> row.revision().difference().unpricedRequests()),
          new Column("prompt_tokens", "int8", row -> row.revision().difference().promptTokens()),
          new Column(
              "completion_tokens", "int8", row -> row.revision().difference().completionTokens()),
          new Column("price_book_version", "int8", row -> row.event().getPriceBookVersion()),
          new Column("cost_status", "text", row -> row.event().getCostStatus()),
          new Column(
              "total_cost", "numeric", row -> plain(row.revision().difference().totalCost())),
          new Column(
              "prompt_cost", "numeric", row -> plain(row.revision().difference().promptCost())),
          new Column(
              "completion_cost",
              "numeric",
              row -> plain(row.revision().difference().completionCost())),
          new Column(
              "line_items",
              "jsonb",
              row -> new JsonText().lines(row.event().getLineItems()).toString()));

  private static final String INSERT = insert();

  private static final String REMEMBER =
      """
      insert into repricing_seen (event_id, repricing_id)
      select * from unnest(?::uuid[], ?::uuid[]) on conflict do nothing
      """;

  private static final String SEEN =
      "select event_id, repricing_id from repricing_seen where event_id = any(?)";

  private RevisionTable() {}

  /** Writes {@code revisions}, whose events' first rows are locked. */
  static void write(Connection connection, List<Verdict.Revision> revisions, Instant recordedAt)
      throws SQLException {
    SortedMap<Month, List<Row>> byMonth = new TreeMap<>();
    for (Verdict.Revision revision : revisions) {
      byMonth
          .computeIfAbsent(revision.costing().month(), month -> new ArrayList<>())
          .add(new Row(revision, revision.costing().body().event(), recordedAt.toString()));
    }
    for (Map.Entry<Month, List<Row>> month : byMonth.entrySet()) {
      write(connection, month.getKey(), month.getValue());
    }
  }

  private static void write(Connection connection, Month month, List<Row> rows)
      throws SQLException {
    String partition = month.partition();
    try (PreparedStatement insert =
        connection.prepareStatement(INSERT.formatted(partition, partition))) {
      int index = 1;
      insert.setArray(index, array(connection, rows, row -> row.revision().costing().eventId()));
      for (Column column : COLUMNS) {
        insert.setArray(++index, array(connection, rows, column.value()));
      }
      int written = insert.executeUpdate();
      if (written != rows.size()) {
        throw new SQLException(
            "revision 0 of %d events of %s is gone".formatted(rows.size() - written, partition));
      }
    }
  }

  /** Remembers {@code repricings}, which moved nothing. */
  static void remember(Connection connection, List<Verdict.Unchanged> repricings)
      throws SQLException {
    if (repricings.isEmpty()) {
      return;
    }
    try (PreparedStatement insert = connection.prepareStatement(REMEMBER)) {
      insert.setArray(1, array(connection, repricings, Verdict.Unchanged::eventId));
      insert.setArray(2, array(connection, repricings, Verdict.Unchanged::repricingId));
      insert.executeUpdate();
    }
  }

  /** Adds to {@code histories} the repricings of {@code eventIds} that moved nothing. */
  static void addUnchanged(Connection connection, Object[] eventIds, Map<UUID, History> histories)
      throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(SEEN)) {
      select.setArray(1, connection.createArrayOf("uuid", eventIds));
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          UUID repricingId = rows.getObject(2, UUID.class);
          histories.computeIfPresent(
              rows.getObject(1, UUID.class), (id, history) -> history.plusUnchanged(repricingId));
        }
      }
    }
  }

  private static String insert() {
    StringBuilder selected = new StringBuilder();
    for (String name : EntryTable.COLUMNS) {
      String value =
          COLUMNS.stream()
              .filter(column -> column.name().equals(name))
              .map(Column::selected)
              .findFirst()
              .orElse("o." + name);
      selected.append(selected.isEmpty() ? "" : ", ").append(value);
    }
    StringBuilder names = new StringBuilder("event_id");
    StringBuilder values = new StringBuilder("unnest(?::uuid[])");
    for (Column column : COLUMNS) {
      names.append(", ").append(column.name());
      // Text that PostgreSQL reads itself: one kind of array for every type.
      values.append(", unnest(?::text[])::").append(column.type());
    }
    return "insert into %s ("
        + String.join(", ", EntryTable.COLUMNS)
        + ") select "
        + selected
        + " from (select "
        + values
        + ") r ("
        + names
        + ") join %s o on o.event_id = r.event_id and o.revision = 0";
  }

  private static <T> Array array(
      Connection connection, List<T> rows, Function<T, @Nullable Object> value)
      throws SQLException {
    @Nullable Object[] texts = new Object[rows.size()];
    for (int i = 0; i < texts.length; i++) {
      Object at = value.apply(rows.get(i));
      texts[i] = at == null ? null : at.toString();
    }
    return connection.createArrayOf("text", texts);
  }

  private static @Nullable Object reportedCost(Row row) {
    ReportedCost reported = row.event().getCompleted().getProviderReportedCost();
    return reported == null ? null : plain(reported.getAmount());
  }

  private static @Nullable Object reportedCurrency(Row row) {
    ReportedCost reported = row.event().getCompleted().getProviderReportedCost();
    return reported == null ? null : reported.getCurrency();
  }

  private static String plain(BigDecimal amount) {
    return amount.toPlainString();
  }
}
