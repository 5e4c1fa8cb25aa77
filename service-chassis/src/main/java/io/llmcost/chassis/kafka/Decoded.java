package io.llmcost.chassis.kafka;

/** What became of a record's bytes: a value, or the reason why there is none. */
public sealed interface Decoded<T> {

  /** The bytes were a {@code T}. */
  record Value<T>(T value) implements Decoded<T> {}

  /**
   * The bytes will never be a {@code T}, however often they are read: a dead letter.
   *
   * @param error what the decoder said
   */
  record Unreadable<T>(Exception error) implements Decoded<T> {}
}
