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
   * @param event null if {@code error} says why there is none
   */
  record Reading(@Nullable SpecificRecord event, @Nullable String error) {}

  // The deserializer below is not made for two threads.
  synchronized Reading read(String topic, byte @Nullable [] bytes) {
    try {
      return switch (decoder.decode(new ConsumerRecord<>(topic, 0, 0, new byte[0], bytes))) {
        case Decoded.Value<SpecificRecord>(SpecificRecord event) -> new Reading(event, null);
        case Decoded.Unreadable<SpecificRecord>(Exception error) ->
            new Reading(null, String.valueOf(error.getMessage()));
      };
    } catch (RegistryUnavailableException e) {
      return new Reading(null, String.valueOf(e.getMessage()));
    }
  }
}
