package io.llmcost.recorder.deadletter;

import io.llmcost.chassis.kafka.Decoded;
import io.llmcost.chassis.kafka.RecordDecoder;
import io.llmcost.chassis.kafka.RegistryUnavailableException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Decodes the bytes of a dead letter for a person to read. */
public final class LetterDecoder {
  private final RecordDecoder<SpecificRecord> decoder;

  public LetterDecoder(RecordDecoder<SpecificRecord> decoder) {
    this.decoder = decoder;
  }

  /**
   * What the bytes say.
   *
   * @param value the event as JSON, null if {@code error} says why it is not
   */
  record Reading(@Nullable Object value, @Nullable String error) {}

  // The deserializer below is not made for two threads.
  synchronized Reading read(String topic, byte @Nullable [] bytes) {
    try {
      return switch (decoder.decode(new ConsumerRecord<>(topic, 0, 0, new byte[0], bytes))) {
        case Decoded.Value<SpecificRecord>(SpecificRecord event) ->
            new Reading(AvroJson.of(event), null);
        case Decoded.Unreadable<SpecificRecord>(Exception error) ->
            new Reading(null, String.valueOf(error.getMessage()));
      };
    } catch (RegistryUnavailableException e) {
      return new Reading(null, String.valueOf(e.getMessage()));
    }
  }
}
