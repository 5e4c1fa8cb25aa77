package io.llmcost.calculator.completion;

import io.llmcost.chassis.kafka.DeadLetterCause;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/** The counts of one batch. */
final class Tally {

  private final Map<String, Integer> costed = new HashMap<>();
  private final Map<DeadLetterCause, Integer> deadLettered = new EnumMap<>(DeadLetterCause.class);
  private int records;

  void costed(String status) {
    records++;
    costed.merge(status, 1, Integer::sum);
  }

  void deadLettered(DeadLetterCause cause) {
    records++;
    deadLettered.merge(cause, 1, Integer::sum);
  }

  /** A record that was counted as costed turned out to be a dead letter. */
  void moved(String status, DeadLetterCause cause) {
    records--;
    costed.merge(status, -1, Integer::sum);
    deadLettered(cause);
  }

  int records() {
    return records;
  }

  Map<String, Integer> costed() {
    return costed;
  }

  Map<DeadLetterCause, Integer> deadLettered() {
    return deadLettered;
  }
}
