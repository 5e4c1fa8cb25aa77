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
      select id, dead_lettered_at, cause, message, original_topic, original_partition,
          original_offset, original_at, key, project, provider, model, state, attempts
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
      String headers,
      @Nullable String valueHex) {}

  /** Returns at most {@code limit} letters older than {@code before}, newest first. */
  List<DeadLetterSummary> list(
      @Nullable String topic, @Nullable String cause, @Nullable UUID before, int limit) {
    return jdbc.sql(
            SUMMARY
                + """
                from dead_letter
                where (:topic::text is null or original_topic = :topic)
                  and (:cause::text is null or cause = :cause)
                  and (:before::uuid is null or id < :before)
                order by id desc
                limit :limit
                """)
        .param("topic", topic)
        .param("cause", cause)
        .param("before", before)
        .param("limit", limit)
        .query((row, number) -> summary(row))
        .list();
  }

  Optional<Stored> find(UUID id) {
    return jdbc.sql(
            SUMMARY
                + ", topic, partition, dlt_offset, exception, headers, encode(value, 'hex') as"
                + " value_hex from dead_letter where id = :id")
        .param("id", id)
        .query(
            (row, number) ->
                new Stored(
                    summary(row),
                    row.getString("topic"),
                    row.getInt("partition"),
                    row.getLong("dlt_offset"),
                    row.getString("exception"),
                    row.getString("headers"),
                    row.getString("value_hex")))
        .optional();
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
        row.getString("state"),
        row.getInt("attempts"));
  }

  private static @Nullable String key(byte @Nullable [] bytes) {
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
