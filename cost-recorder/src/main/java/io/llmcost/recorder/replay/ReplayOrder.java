package io.llmcost.recorder.replay;

import io.llmcost.recorder.deadletter.LetterActs;
import io.llmcost.recorder.deadletter.LetterState;
import io.llmcost.recorder.deadletter.Selector;
import io.llmcost.recorder.deadletter.Where;
import io.llmcost.schemas.Topics;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a replay is to take, and how.
 *
 * @param rate records a second
 * @param cap at most so many letters, the oldest first
 */
record ReplayOrder(
    Selector selector, int rate, int cap, boolean includeParked, @Nullable String note) {

  /** A letter whose end was not heard of for so long may be sent again. */
  static final Duration STUCK_AFTER = Duration.ofMinutes(10);

  /** The only topics that a replay writes to, whatever a letter's headers say. */
  private static final List<String> TOPICS = List.of(Topics.COMPLETED, Topics.COSTED);

  /**
   * Returns the condition on the letters that can be sent now: the open ones, the parked ones where
   * they are asked for, and, where their state is named, those that are stuck on their way.
   */
  Where where(Instant now) {
    List<LetterState> possible = new ArrayList<>(List.of(LetterState.OPEN));
    if (includeParked) {
      possible.add(LetterState.PARKED);
    }
    boolean stuckToo = selector.states().contains(LetterState.REPLAYING);
    if (stuckToo) {
      possible.add(LetterState.REPLAYING);
    }
    Where where = Where.of(LetterActs.actable(selector, possible));
    Map<String, Object> parameters = new HashMap<>(where.parameters());
    parameters.put("replayable", TOPICS);
    String sql = where.sql() + " and l.original_topic in (:replayable)";
    if (stuckToo) {
      sql += " and (l.state <> 'replaying' or l.state_at < :stuck)";
      parameters.put("stuck", OffsetDateTime.ofInstant(now.minus(STUCK_AFTER), ZoneOffset.UTC));
    }
    return new Where(sql, parameters);
  }
}
