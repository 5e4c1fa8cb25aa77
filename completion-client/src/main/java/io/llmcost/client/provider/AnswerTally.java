package io.llmcost.client.provider;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Gathers what one answer says, from its body or from one event of its stream after the other. */
interface AnswerTally {

  /** Takes a body, or an event. The same body may be shown again when more of it was read. */
  void document(JsonDocument document, boolean streamed);

  /** Takes the mark {@code [DONE]} that ends some streams. */
  default void done() {}

  /** Returns whether a stream has told its end: all that comes now says nothing of its usage. */
  default boolean isFinished() {
    return false;
  }

  /** Returns the provider's id of the answer, once it was told. */
  default @Nullable String providerId() {
    return null;
  }

  /** Returns the provider's time of the answer, once it was told. */
  default @Nullable Instant createdAt() {
    return null;
  }

  /**
   * Returns what was gathered.
   *
   * @param whole whether a body was read to its end; of a stream, the tally knows itself
   */
  Completion end(boolean streamed, boolean whole);
}
