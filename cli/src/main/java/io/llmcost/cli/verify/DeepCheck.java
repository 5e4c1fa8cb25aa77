package io.llmcost.cli.verify;

import io.llmcost.cli.kafka.Hops;
import io.llmcost.cli.kafka.KafkaSettings;
import io.llmcost.cli.kafka.Patience;
import io.llmcost.cli.kafka.TopicReader;
import io.llmcost.schemas.EventIds;
import io.llmcost.schemas.LlmRequestCompleted;
import io.llmcost.schemas.LlmRequestCosted;
import io.llmcost.schemas.Sha256;
import io.llmcost.schemas.Topics;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Reads both topics and their dead letters from the first record that Kafka still has, and looks
 * every single one up: each completed record was costed or is a dead letter, each costed one is in
 * the ledger or is a dead letter, and each event of the ledger has a record of its usage and cost.
 */
final class DeepCheck {
  /** Of every amount in the contract. */
  private static final int PLACES = 18;

  private final Hops hops;
  private final KafkaSettings settings;
  private final Patience patience;
  private final TopicReader reader;
  private final int eventsOfPass;
  private final Consumer<String> progress;
  private final Findings incomplete = new Findings();
  private final Findings unrecorded = new Findings();
  private final Findings different = new Findings();
  private final Findings extra = new Findings();
  private final Origins letters = new Origins();
  private long events;
  private long sealed;

  /**
   * @param eventsOfPass how many events may be in memory at once; the topics are read again for as
   *     many more
   */
  DeepCheck(
      Hops hops,
      KafkaSettings settings,
      Patience patience,
      int eventsOfPass,
      Consumer<String> progress) {
    this.hops = hops;
    this.eventsOfPass = eventsOfPass;
    this.settings = settings;
    this.patience = patience;
    this.reader = new TopicReader(settings, patience);
    this.progress = progress;
  }

  List<Check> checks(Ends ends, Ledger ledger) {
    progress.accept("reading the dead letters");
    reader.read("read the dead letters", Map.of(), ends.letters(), letters::add);
    Map<TopicPartition, Long> beginnings = hops.beginnings(Topics.COSTED);
    Instant openSince = instant(ledger.openSince());
    long costed = ledger.everTaken(Topics.COSTED);
    int passes = Math.toIntExact(costed / eventsOfPass + 1);
    for (int pass = 0; pass < passes; pass++) {
      new Pass(pass, passes, openSince).run(ends, ledger);
    }
    long deleted = costed - Ends.sum(ends.costed()) + Ends.sum(beginnings);
    return List.of(
        incomplete.none("deep  completed records neither costed nor dead letters = 0"),
        unrecorded.none("deep  costed records neither in the ledger nor dead letters = 0"),
        different.none("deep  events with another usage or cost than their records = 0"),
        extra
            .atMost("deep  events without a record <= records that Kafka has deleted", deleted)
            .with(
                "of %,d events; %,d dead letters; %,d records of sealed months"
                    .formatted(events, letters.size(), sealed)),
        ledger.lines());
  }

  private static @Nullable Instant instant(@Nullable LocalDate day) {
    return day == null ? null : day.atStartOfDay().toInstant(ZoneOffset.UTC);
  }

  /** What of a record must be the same in the ledger. */
  static long print(Sha256 completionDigest, BigDecimal totalCost) {
    long cost = totalCost.setScale(PLACES, RoundingMode.HALF_EVEN).unscaledValue().longValue();
    return EventTable.hash(ByteBuffer.wrap(completionDigest.bytes()).getLong(), cost);
  }

  /** All events of one share of the ids, as many as fit into memory. */
  private final class Pass {
    private final int number;
    private final int passes;
    private final @Nullable Instant openSince;
    private final EventTable table = new EventTable();

    /** Revised events, with the sum over their rows: a record must have asked for it. */
    private final Map<UUID, BigDecimal> revised = new HashMap<>();

    private final Set<UUID> refused = new HashSet<>();

    Pass(int number, int passes, @Nullable Instant openSince) {
      this.number = number;
      this.passes = passes;
      this.openSince = openSince;
    }

    void run(Ends ends, Ledger ledger) {
      progress.accept("reading the ledger");
      ledger.eachEvent(this::take);
      Map<TopicPartition, Long> start = Map.of();
      try (var costed = new EventReader<>(settings, patience, LlmRequestCosted.class);
          var completed = new EventReader<>(settings, patience, LlmRequestCompleted.class)) {
        progress.accept("reading " + Topics.COSTED);
        reader.read("read " + Topics.COSTED, start, ends.costed(), record -> look(record, costed));
        progress.accept("reading " + Topics.COMPLETED);
        reader.read(
            "read " + Topics.COMPLETED,
            start,
            ends.completed(),
            record -> lookBack(record, completed));
      }
      table.each(
          (id, seen) -> {
            switch (seen) {
              case NOWHERE -> extra.add(id.toString());
              case OTHERWISE -> different.add(id.toString());
              case ALIKE -> events++;
            }
          });
      revised.forEach(
          (id, sum) -> different.add(id + ": no record asks for " + sum.toPlainString()));
    }

    private void take(Ledger.Event event) {
      if (isMine(event.eventId())) {
        table.put(event.eventId(), print(event.completionDigest(), event.originalCost()));
        if (event.sum() != null) {
          revised.put(event.eventId(), event.sum());
        }
      }
    }

    private void look(
        ConsumerRecord<byte[], byte[]> record, EventReader<LlmRequestCosted> decoder) {
      LlmRequestCosted event = decoder.read(record);
      UUID id = event == null ? null : id(event.getCompleted().getEventId());
      if (event == null || id == null) {
        if (number == 0 && !letters.contain(record)) {
          unrecorded.add(place(record));
        }
        return;
      }
      if (!isMine(id)) {
        return;
      }
      BigDecimal sum = revised.get(id);
      if (sum != null && sum.compareTo(event.getTotalCost()) == 0) {
        revised.remove(id);
      }
      boolean known =
          event.getRepricingId() == null
              ? table.see(id, print(event.getCompletionDigest(), event.getTotalCost()))
              : table.contains(id);
      if (known) {
        return;
      }
      if (letters.contain(record)) {
        refused.add(id);
      } else if (isSealed(id)) {
        sealed++;
      } else {
        unrecorded.add(id + " at " + place(record));
      }
    }

    private void lookBack(
        ConsumerRecord<byte[], byte[]> record, EventReader<LlmRequestCompleted> decoder) {
      LlmRequestCompleted event = decoder.read(record);
      if (event == null) {
        if (number == 0 && !letters.contain(record)) {
          incomplete.add(place(record));
        }
        return;
      }
      UUID id =
          UUID.fromString(
              EventIds.normalise(event.getEventId(), event.getOccurredAt(), event.getSource())
                  .eventId());
      boolean accounted =
          !isMine(id)
              || table.contains(id)
              || refused.contains(id)
              || letters.contain(record)
              || isSealed(id);
      if (!accounted) {
        incomplete.add(id + " at " + place(record));
      }
    }

    private boolean isMine(UUID id) {
      long hash = EventTable.hash(id.getMostSignificantBits(), id.getLeastSignificantBits());
      return Math.floorMod(hash >>> 32, passes) == number;
    }

    private boolean isSealed(UUID id) {
      return openSince != null && EventIds.timeOf(id).isBefore(openSince);
    }
  }

  private static @Nullable UUID id(String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static String place(ConsumerRecord<byte[], byte[]> record) {
    return "%s-%d@%d".formatted(record.topic(), record.partition(), record.offset());
  }
}
