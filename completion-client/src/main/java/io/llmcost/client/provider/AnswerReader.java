package io.llmcost.client.provider;

import java.nio.ByteBuffer;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Reads one answer as its bytes pass by, cut anywhere, and says at its end what it used. Keeps only
 * what it looks for, never the answer; throws at nothing that a provider may send. For one thread
 * at a time.
 */
public interface AnswerReader {

  /** Takes the next bytes of the answer's body; they are not kept, nor changed. */
  void accept(byte[] bytes, int offset, int length);

  /** Takes the next bytes of the answer's body. */
  default void accept(byte[] bytes) {
    accept(bytes, 0, bytes.length);
  }

  /** Takes the remaining bytes of {@code chunk}, whose position stays where it is. */
  default void accept(ByteBuffer chunk) {
    if (chunk.hasArray()) {
      accept(chunk.array(), chunk.arrayOffset() + chunk.position(), chunk.remaining());
    } else {
      byte[] copy = new byte[chunk.remaining()];
      chunk.get(chunk.position(), copy);
      accept(copy, 0, copy.length);
    }
  }

  /** Returns the provider's id of the answer, as soon as it was read. */
  @Nullable String providerId();

  /** Returns the provider's time of the answer, as soon as it was read. */
  @Nullable Instant createdAt();

  /**
   * Returns whether a stream has told its end, whatever the connection may still bring: who sees
   * that takes it for answered. The end of a body is told by the connection alone.
   */
  boolean isFinished();

  /**
   * Returns what the answer says, once all of it was accepted, or as much of it as came. An answer
   * whose end never came is {@code failed} with {@code answer_cut}, and what it had told of its
   * usage by then is kept.
   */
  Completion end();
}
