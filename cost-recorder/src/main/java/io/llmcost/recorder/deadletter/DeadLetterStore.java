package io.llmcost.recorder.deadletter;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads {@code dead_letter}. */
final class DeadLetterStore {

  private static final String SUMMARY =
      """
      select l.id, l.dead_lettered_at, l.cause, l.message, l.original_topic, l.original_partition,
          l.original_offset, l.original_at, l.key, l.project, l.provider, l.model,
          coalesce(octet_length(l.value), 0) as size, l.state, l.state_at, l.attempts, l.replay_id,
          l.failed_topic, l.edit_version
      """;

  private final JdbcClient jdbc;

  DeadLetterStore(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** What of a letter only its own page shows. */
  record Stored(
      DeadLetterSummary summary,
      String topic,
      int partition,
      long offset,
      @Nullable String exception,
      String headers) {}

  /** Returns at most {@code limit} letters older than {@code before}, newest first. */
  List<DeadLetterSummary> list(Selector selector, @Nullable UUID before, int limit) {
    Where where = Where.of(selector);
    return jdbc.sql(
            SUMMARY
                + " from dead_letter l where "
                + where.sql()
                + (before == null ? "" : " and l.id < :before")
                + " order by l.id desc limit :limit")
        .params(where.parameters())
        .param("before", before)
        .param("limit", limit)
        .query((row, number) -> summary(row))
        .list();
  }

  /** Returns what {@code selector} selects, counted. */
  List<InventoryRow> inventory(Selector selector) {
    Where where = Where.of(selector);
    return jdbc.sql(
            """
            select l.original_topic, l.cause, l.state, count(*) as letters,
                min(l.dead_lettered_at) as oldest, max(l.dead_lettered_at) as newest,
                coalesce(sum(octet_length(l.value)), 0) as bytes
            from dead_letter l where %s
            group by 1, 2, 3 order by 1, 2, 3
            """
                .formatted(where.sql()))
        .params(where.parameters())
        .query(
            (row, number) ->
                new InventoryRow(
                    row.getString("original_topic"),
                    row.getString("cause"),
                    row.getString("state"),
                    row.getLong("letters"),
                    row.getObject("oldest", OffsetDateTime.class).toInstant(),
                    row.getObject("newest", OffsetDateTime.class).toInstant(),
                    row.getLong("bytes")))
        .list();
  }

  Optional<Stored> find(UUID id) {
    return jdbc.sql(
            SUMMARY
                + ", l.topic, l.partition, l.dlt_offset, l.exception, l.headers from dead_letter l"
                + " where l.id = :id")
        .param("id", id)
        .query(
            (row, number) ->
                new Stored(
                    summary(row),
                    row.getString("topic"),
                    row.getInt("partition"),
                    row.getLong("dlt_offset"),
                    row.getString("exception"),
                    row.getString("headers")))
        .optional();
  }

  /** Returns the original bytes of a letter that there is; null for a record without a value. */
  byte @Nullable [] value(UUID id) {
    return jdbc.sql("select value from dead_letter where id = :id")
        .param("id", id)
        .query((row, number) -> Optional.ofNullable(row.getBytes(1)))
        .single()
        .orElse(null);
  }

  private static DeadLetterSummary summary(ResultSet row) throws SQLException {
    return new DeadLetterSummary(
        row.getObject("id", UUID.class),
        row.getObject("dead_lettered_at", OffsetDateTime.class).toInstant(),
        row.getString("cause"),
        row.getString("message"),
        row.getString("original_topic"),
        row.getObject("original_partition", Integer.class),
        row.getObject("original_offset", Long.class),
        instant(row.getObject("original_at", OffsetDateTime.class)),
        key(row.getBytes("key")),
        row.getString("project"),
        row.getString("provider"),
        row.getString("model"),
        row.getInt("size"),
        row.getString("state"),
        instant(row.getObject("state_at", OffsetDateTime.class)),
        row.getInt("attempts"),
        row.getObject("replay_id", UUID.class),
        row.getString("failed_topic"),
        row.getObject("edit_version", Integer.class));
  }

  static @Nullable String key(byte @Nullable [] bytes) {
    if (bytes == null) {
      return null;
    }
    String text = LetterHeaders.storableText(bytes);
    return text == null ? HexFormat.of().formatHex(bytes) : text;
  }

  private static @Nullable Instant instant(@Nullable OffsetDateTime at) {
    return at == null ? null : at.toInstant();
  }
}
