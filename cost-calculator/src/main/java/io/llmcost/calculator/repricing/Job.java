package io.llmcost.calculator.repricing;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A repricing or correction as the worker has it.
 *
 * @param selection null of a correction, whose events are listed
 * @param bookVersion what dry run and apply both price by
 * @param rate targets a second
 * @param applyAtOnce whether what was examined is sent without being asked for
 * @param cursor the last event that was looked at in this state; null: none yet
 * @param sentThrough when Kafka appended the last target; null: none was sent
 */
record Job(
    UUID id,
    State state,
    @Nullable Selection selection,
    long bookVersion,
    int rate,
    boolean applyAtOnce,
    @Nullable Cursor cursor,
    @Nullable Instant sentThrough) {

  /** Where a page ended: events are taken by time, then by id. */
  record Cursor(Instant at, UUID id) {}

  /** How far it is. */
  enum State {
    /** The dry run is at it. */
    EXAMINING,
    /** The dry run is done; nothing was sent. */
    EXAMINED,
    /** Targets are being sent. */
    APPLYING,
    /** Kafka has every target; the ledger is still at it. */
    SENT,
    /** The ledger has decided every target. */
    APPLIED,
    CANCELLED;

    String text() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }

    static State parse(String text) {
      return valueOf(text.toUpperCase(java.util.Locale.ROOT));
    }
  }

  /** What is being counted: what would be, or what was. */
  enum Phase {
    DRY_RUN,
    APPLY;

    String text() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  Phase phase() {
    return state == State.EXAMINING ? Phase.DRY_RUN : Phase.APPLY;
  }
}
