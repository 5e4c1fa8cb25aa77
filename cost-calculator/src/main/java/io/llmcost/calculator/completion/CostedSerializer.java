package io.llmcost.calculator.completion;

import io.llmcost.schemas.LlmRequestCosted;
import io.llmcost.schemas.Topics;
import java.util.function.Supplier;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/** Makes the bytes of a costed event that is not sent: for dry runs. */
final class CostedSerializer {
  private final Supplier<Serializer<Object>> newSerializer;

  // Made with the first dry run.
  private @Nullable Serializer<Object> serializer;

  CostedSerializer(Supplier<Serializer<Object>> newSerializer) {
    this.newSerializer = newSerializer;
  }

  /** The event has no bytes for now: its schema could not be had. */
  static final class UnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnavailableException(RuntimeException cause) {
      super("the costed event cannot be serialized: " + cause.getMessage(), cause);
    }
  }

  /**
   * Returns the bytes of {@code event}.
   *
   * @throws UnavailableException if the serializer fails, as it does without its registry
   */
  synchronized byte[] serialize(LlmRequestCosted event) {
    Serializer<Object> made = serializer;
    if (made == null) {
      made = newSerializer.get();
      serializer = made;
    }
    try {
      return made.serialize(Topics.COSTED, new RecordHeaders(), event);
    } catch (RuntimeException e) {
      throw new UnavailableException(e);
    }
  }
}
