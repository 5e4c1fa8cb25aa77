package io.llmcost.recorder.deadletter;

import io.llmcost.schemas.EventHeaders;
import io.llmcost.schemas.LlmRequestCompleted;
import io.llmcost.schemas.LlmRequestCosted;
import io.llmcost.schemas.Topics;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Makes an edited event's bytes, with the serializer that the configuration names. */
public final class EventEncoder {
  private final Supplier<Serializer<Object>> newSerializer;

  // Made with the first edit.
  private @Nullable Serializer<Object> serializer;

  public EventEncoder(Supplier<Serializer<Object>> newSerializer) {
    this.newSerializer = newSerializer;
  }

  /** The bytes could not be made for now: the schema registry does not answer. */
  static final class UnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnavailableException(RuntimeException cause) {
      super("the edited event cannot be serialized: " + cause.getMessage(), cause);
    }
  }

  /** Returns the event that {@code json} describes, of the kind that {@code topic} holds. */
  static SpecificRecord event(String topic, JsonNode json) {
    return switch (topic) {
      case Topics.COMPLETED -> JsonAvro.event(json, LlmRequestCompleted.class);
      case Topics.COSTED -> JsonAvro.event(json, LlmRequestCosted.class);
      default -> throw new IllegalArgumentException(topic + " holds no events");
    };
  }

  /** Returns the completed event that {@code event} is, or has in it. */
  static Optional<LlmRequestCompleted> completed(SpecificRecord event) {
    return switch (event) {
      case LlmRequestCompleted completed -> Optional.of(completed);
      case LlmRequestCosted costed -> Optional.of(costed.getCompleted());
      default -> Optional.empty();
    };
  }

  /** Returns the record headers of {@code event}. */
  static Map<String, String> headers(LlmRequestCompleted event) {
    return EventHeaders.of(event);
  }

  /**
   * Returns the bytes of {@code event} as a record of {@code topic}.
   *
   * @throws UnavailableException if the serializer fails, as it does without its registry
   */
  synchronized byte[] encode(String topic, SpecificRecord event) {
    Serializer<Object> made = serializer;
    if (made == null) {
      made = newSerializer.get();
      serializer = made;
    }
    try {
      return made.serialize(topic, new RecordHeaders(), event);
    } catch (RuntimeException e) {
      throw new UnavailableException(e);
    }
  }
}
