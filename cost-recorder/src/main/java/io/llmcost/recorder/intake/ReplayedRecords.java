package io.llmcost.recorder.intake;

import io.llmcost.recorder.ledger.Outcome;
import java.sql.Connection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Is told what became of records that a replay sent, so that their dead letters end with them. */
public interface ReplayedRecords {

  /**
   * A replayed record that needs no replay any more.
   *
   * @param deadLetterId where it came from, by its headers
   * @param replayId which sent it, by its headers; null where they do not say
   */
  record End(UUID deadLetterId, @Nullable UUID replayId, Outcome outcome) {}

  /**
   * Writes the ends in the batch's own transaction.
   *
   * @throws RuntimeException if the batch must be tried again
   */
  void ended(Connection connection, List<End> ends);

  /** Called once that transaction is committed. */
  void committed(List<End> ends);
}
