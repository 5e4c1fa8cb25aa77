package io.llmcost.recorder.deadletter;

import io.llmcost.chassis.problem.ConflictException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** Reads and writes {@code dead_letter_edit}, and which version is in force. */
final class EditTable {
  private final JdbcClient jdbc;
  private final JsonMapper json;

  EditTable(JdbcClient jdbc, JsonMapper json) {
    this.jdbc = jdbc;
    this.json = json;
  }

  /** The version in force, null for the original, and its bytes, null where it has none. */
  @SuppressWarnings("ArrayRecordComponent") // Bytes on their way, never compared.
  record InForce(@Nullable Integer version, byte @Nullable [] value) {}

  /** A version to be. */
  @SuppressWarnings("ArrayRecordComponent") // Bytes on their way, never compared.
  record NewEdit(
      OffsetDateTime at,
      String who,
      String reason,
      byte @Nullable [] key,
      byte[] value,
      @Nullable String eventHeaders,
      String difference) {}

  /** Returns what a replay of a letter that there is would send. */
  InForce inForce(UUID id) {
    return jdbc.sql(
            """
            select l.edit_version, coalesce(e.value, l.value) as value from dead_letter l
            left join dead_letter_edit e on e.dead_letter_id = l.id and e.version = l.edit_version
            where l.id = :id
            """)
        .param("id", id)
        .query(
            (row, number) ->
                new InForce(row.getObject("edit_version", Integer.class), row.getBytes("value")))
        .single();
  }

  /**
   * Adds a version and puts it in force; returns its number.
   *
   * @param base the version that it was made from
   * @throws ConflictException if that is not in force any more, or the letter is not open
   */
  int add(UUID id, @Nullable Integer base, NewEdit edit) {
    Integer version =
        jdbc.sql(
                """
                update dead_letter set edit_version = 1 + coalesce(
                  (select max(version) from dead_letter_edit where dead_letter_id = :id), 0)
                where id = :id and state in ('open', 'parked')
                  and edit_version is not distinct from :base::integer
                returning edit_version
                """)
            .param("id", id)
            .param("base", base)
            .query(Integer.class)
            .optional()
            .orElseThrow(() -> refused(id, "be edited"));
    jdbc.sql(
            """
            insert into dead_letter_edit (dead_letter_id, version, base_version, at, who, reason,
              key, value, event_headers, difference)
            values (:id, :version, :base, :at, :who, :reason, :key, :value, :headers::jsonb,
              :difference::jsonb)
            """)
        .param("id", id)
        .param("version", version)
        .param("base", base)
        .param("at", edit.at())
        .param("who", edit.who())
        .param("reason", edit.reason())
        .param("key", edit.key())
        .param("value", edit.value())
        .param("headers", edit.eventHeaders())
        .param("difference", edit.difference())
        .update();
    return version;
  }

  /**
   * Puts the base of the version in force in force; returns the version that is no more.
   *
   * @throws ConflictException if there is none, or the letter is not open
   */
  int undo(UUID id) {
    return jdbc.sql(
            """
            update dead_letter l set edit_version = e.base_version from dead_letter_edit e
            where l.id = :id and l.state in ('open', 'parked')
              and e.dead_letter_id = l.id and e.version = l.edit_version
            returning e.version
            """)
        .param("id", id)
        .query(Integer.class)
        .optional()
        .orElseThrow(() -> refused(id, "have an edit undone"));
  }

  private ConflictException refused(UUID id, String act) {
    return jdbc.sql("select state, edit_version from dead_letter where id = :id")
        .param("id", id)
        .query(
            (row, number) ->
                new ConflictException(
                    "state",
                    "it cannot %s: it is %s, with %s in force"
                        .formatted(
                            act,
                            row.getString("state"),
                            row.getObject("edit_version") == null
                                ? "the original"
                                : "edit " + row.getInt("edit_version"))))
        .single();
  }

  /** Returns every version of a letter, oldest first. */
  List<EditView> versions(UUID id, @Nullable Integer inForce) {
    return jdbc.sql(
            """
            select version, base_version, at, who, reason, difference from dead_letter_edit
            where dead_letter_id = :id order by version
            """)
        .param("id", id)
        .query(
            (row, number) ->
                new EditView(
                    row.getInt("version"),
                    row.getObject("base_version", Integer.class),
                    inForce != null && inForce == row.getInt("version"),
                    row.getObject("at", OffsetDateTime.class).toInstant(),
                    row.getString("who"),
                    row.getString("reason"),
                    json.readTree(row.getString("difference"))))
        .list();
  }
}
