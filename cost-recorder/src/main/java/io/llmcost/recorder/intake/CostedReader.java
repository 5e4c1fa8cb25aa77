package io.llmcost.recorder.intake;

import io.llmcost.chassis.kafka.Decoded;
import io.llmcost.chassis.kafka.RecordDecoder;
import io.llmcost.chassis.kafka.RegistryUnavailableException;
import io.llmcost.recorder.ledger.CostingRules;
import io.llmcost.recorder.ledger.Refusal;
import io.llmcost.schemas.LlmRequestCosted;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Reads a batch's bytes in memory, so that what is bad is known before a transaction begins. */
public final class CostedReader {
  private final RecordDecoder<LlmRequestCosted> decoder;
  private final Clock clock;

  public CostedReader(RecordDecoder<LlmRequestCosted> decoder, Clock clock) {
    this.decoder = decoder;
    this.clock = clock;
  }

  /**
   * Reads {@code batch}.
   *
   * @throws RegistryUnavailableException if a schema was needed that cannot be had now
   */
  List<Item> read(List<Fetched> batch) {
    Instant now = clock.instant();
    List<Item> items = new ArrayList<>(batch.size());
    for (Fetched fetched : batch) {
      items.add(read(fetched, now));
    }
    return items;
  }

  private Item read(Fetched fetched, Instant now) {
    try {
      return switch (decoder.decode(fetched.record())) {
        case Decoded.Value<LlmRequestCosted>(LlmRequestCosted event) ->
            new Item(
                fetched,
                Item.place(fetched, CostingRules.read(event, fetched.record().partition(), now)),
                null);
        case Decoded.Unreadable<LlmRequestCosted>(Exception error) ->
            Item.refused(
                fetched,
                new Refusal(Refusal.Cause.UNDECODABLE, String.valueOf(error.getMessage())),
                error);
      };
    } catch (RegistryUnavailableException e) {
      throw e;
    } catch (RuntimeException e) {
      return Item.refused(
          fetched, new Refusal(Refusal.Cause.UNEXPECTED, "the recorder failed: " + e), e);
    }
  }
}
