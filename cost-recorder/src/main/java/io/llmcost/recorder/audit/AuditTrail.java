package io.llmcost.recorder.audit;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Writes and reads {@code audit}; an act and its entry belong into one transaction. */
public final class AuditTrail {
  /** Who the recorder itself is. */
  public static final String SERVICE = "cost-recorder";

  private static final TypeReference<Map<String, Object>> DETAIL = new TypeReference<>() {};

  private final JdbcClient jdbc;
  private final JsonMapper json;

  /**
   * @param jdbc takes part in the caller's transaction where there is one
   */
  public AuditTrail(JdbcClient jdbc, JsonMapper json) {
    this.jdbc = jdbc;
    this.json = json;
  }

  /** What a reader asks for; null for any. */
  public record Query(
      @Nullable String who,
      @Nullable String act,
      @Nullable UUID deadLetterId,
      @Nullable UUID replayId) {}

  /** Adds {@code entry}. */
  public void write(AuditEntry entry) {
    write(jdbc, entry);
  }

  /** Adds {@code entry} in the transaction of {@code within}. */
  public void write(JdbcClient within, AuditEntry entry) {
    within
        .sql(
            """
            insert into audit (at, who, act, dead_letter_id, replay_id, reason, detail)
            values (:at, :who, :act, :letter, :replay, :reason, :detail::jsonb)
            """)
        .param("at", utc(entry.at()))
        .param("who", entry.who())
        .param("act", entry.act())
        .param("letter", entry.deadLetterId())
        .param("replay", entry.replayId())
        .param("reason", entry.reason())
        .param("detail", text(entry.detail()))
        .update();
  }

  /**
   * Adds {@code entry} once for each of {@code deadLetterIds}, in the transaction of {@code
   * within}.
   */
  public void writeEach(JdbcClient within, List<UUID> deadLetterIds, AuditEntry entry) {
    within
        .sql(
            """
            insert into audit (at, who, act, dead_letter_id, replay_id, reason, detail)
            select :at::timestamptz, :who::text, :act::text, id, :replay::uuid, :reason::text,
              :detail::jsonb
            from unnest(:letters::uuid[]) with ordinality letter (id, position) order by position
            """)
        .param("at", utc(entry.at()))
        .param("who", entry.who())
        .param("act", entry.act())
        .param("letters", array(deadLetterIds))
        .param("replay", entry.replayId())
        .param("reason", entry.reason())
        .param("detail", text(entry.detail()))
        .update();
  }

  /** Returns at most {@code limit} entries older than {@code before}, newest first. */
  public AuditPage read(Query query, @Nullable Long before, int limit) {
    List<Long> ids = new ArrayList<>();
    List<AuditEntry> found =
        jdbc.sql(
                """
                select id, at, who, act, dead_letter_id, replay_id, reason, detail from audit
                where (:who::text is null or who = :who)
                  and (:act::text is null or act = :act)
                  and (:letter::uuid is null or dead_letter_id = :letter)
                  and (:replay::uuid is null or replay_id = :replay)
                  and (:before::bigint is null or id < :before)
                order by id desc
                limit :limit
                """)
            .param("who", query.who())
            .param("act", query.act())
            .param("letter", query.deadLetterId())
            .param("replay", query.replayId())
            .param("before", before)
            .param("limit", limit + 1)
            .query(
                (row, number) -> {
                  ids.add(row.getLong("id"));
                  return new AuditEntry(
                      row.getObject("at", OffsetDateTime.class).toInstant(),
                      row.getString("who"),
                      row.getString("act"),
                      row.getObject("dead_letter_id", UUID.class),
                      row.getObject("replay_id", UUID.class),
                      row.getString("reason"),
                      json.readValue(row.getString("detail"), DETAIL));
                })
            .list();
    boolean hasMore = found.size() > limit;
    return new AuditPage(
        "page",
        hasMore ? found.subList(0, limit) : found,
        hasMore,
        hasMore ? ids.get(limit - 1).toString() : null);
  }

  // PostgreSQL's text, and so its jsonb, takes no NUL.
  private String text(Map<String, ?> detail) {
    return json.writeValueAsString(detail).replace("\\u0000", "\\ufffd");
  }

  private static String array(List<UUID> ids) {
    return ids.stream().map(UUID::toString).collect(Collectors.joining(",", "{", "}"));
  }

  private static OffsetDateTime utc(Instant at) {
    return OffsetDateTime.ofInstant(at, ZoneOffset.UTC);
  }
}
