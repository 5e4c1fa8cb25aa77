package io.llmcost.recorder.deadletter;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Where a replayed record goes that was refused again: to the entry that it came from. */
public interface FailedReplays {

  /**
   * A letter that a replay sent and that came back.
   *
   * @param deadLetterId the entry that it came from, by its headers
   * @param replayId the replay, by its headers
   * @param count how often that entry had been replayed
   * @param topic where it was refused now
   */
  record Failure(
      UUID deadLetterId,
      UUID replayId,
      int count,
      String topic,
      String cause,
      String message,
      @Nullable String exception,
      Instant at) {}

  /** What became of it. */
  enum Result {
    /** The entry has it. */
    COUNTED,
    /** The entry had it: a copy. */
    KNOWN,
    /** No replay of ours sent it, whatever its headers say: an entry of its own. */
    FOREIGN
  }

  /** Takes {@code failure} to its entry, in the transaction of {@code connection}. */
  Result failed(Connection connection, Failure failure) throws SQLException;
}
