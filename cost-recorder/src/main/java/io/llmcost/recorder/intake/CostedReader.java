package io.llmcost.recorder.intake;

import io.llmcost.chassis.kafka.Decoded;
import io.llmcost.chassis.kafka.RecordDecoder;
import io.llmcost.chassis.kafka.RegistryUnavailableException;
import io.llmcost.recorder.ledger.Body;
import io.llmcost.recorder.ledger.CostingRules;
import io.llmcost.recorder.ledger.Reading;
import io.llmcost.recorder.ledger.Refusal;
import io.llmcost.recorder.store.EntryEncoder;
import io.llmcost.schemas.LlmRequestCosted;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Reads a batch's bytes in memory, so that what is bad is known before a transaction begins. */
public final class CostedReader {
  private final RecordDecoder<LlmRequestCosted> decoder;
  private final EntryEncoder encoder = new EntryEncoder();
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
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    int shard = shard(batch);
    List<Item> items = new ArrayList<>(batch.size());
    for (Fetched fetched : batch) {
      items.add(read(fetched, shard, now));
    }
    return items;
  }

  /**
   * One shard for all of a batch: its lowest partition, which no other consumer has. So a batch
   * adds to each rollup once, rather than once a partition.
   */
  private static int shard(List<Fetched> batch) {
    return batch.stream().mapToInt(fetched -> fetched.record().partition()).min().orElse(0);
  }

  /**
   * Reads {@code record} as {@link #read(List)} would, for its outcome alone: what comes back
   * cannot be written.
   *
   * @throws RegistryUnavailableException if a schema was needed that cannot be had now
   */
  public Reading preview(ConsumerRecord<byte[], byte[]> record) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    return read(record, record.partition(), now, (id, amounts, costed) -> NOTHING).reading();
  }

  private Item read(Fetched fetched, int shard, Instant now) {
    Outcome outcome =
        read(
            fetched.record(),
            shard,
            now,
            (id, amounts, costed) ->
                new EncodedBody(encoder.encode(id, amounts, costed, now), fetched));
    return new Item(fetched, Item.place(fetched, outcome.reading()), outcome.error());
  }

  private record Outcome(Reading reading, @Nullable Throwable error) {}

  private Outcome read(
      ConsumerRecord<byte[], byte[]> record, int shard, Instant now, Body.Maker bodies) {
    try {
      return switch (decoder.decode(record)) {
        case Decoded.Value<LlmRequestCosted>(LlmRequestCosted event) ->
            new Outcome(CostingRules.read(event, shard, now, bodies), null);
        case Decoded.Unreadable<LlmRequestCosted>(Exception error) ->
            new Outcome(
                new Refusal(Refusal.Cause.UNDECODABLE, String.valueOf(error.getMessage())), error);
      };
    } catch (RegistryUnavailableException e) {
      throw e;
    } catch (RuntimeException | StackOverflowError e) {
      return new Outcome(new Refusal(Refusal.Cause.UNEXPECTED, "the recorder failed: " + e), e);
    }
  }

  private static final Body NOTHING =
      new Body() {
        @Override
        public byte[] row() {
          throw new IllegalStateException("a preview is never written");
        }

        @Override
        public LlmRequestCosted event() {
          throw new IllegalStateException("a preview is never written");
        }
      };

  private final class EncodedBody implements Body {
    private final byte[] row;
    private final Fetched fetched;

    EncodedBody(byte[] row, Fetched fetched) {
      this.row = row;
      this.fetched = fetched;
    }

    @Override
    public byte[] row() {
      return row;
    }

    @Override
    public LlmRequestCosted event() {
      return switch (decoder.decode(fetched.record())) {
        case Decoded.Value<LlmRequestCosted>(LlmRequestCosted event) -> event;
        case Decoded.Unreadable<LlmRequestCosted>(Exception error) ->
            throw new IllegalStateException("it was readable a moment ago", error);
      };
    }
  }
}
