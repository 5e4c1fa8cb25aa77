package io.llmcost.cli.emit;

import io.llmcost.cli.kafka.Hops;
import io.llmcost.cli.kafka.KafkaSettings;
import io.llmcost.cli.kafka.Patience;
import io.llmcost.cli.terminal.Figures;
import io.llmcost.cli.terminal.Progress;
import io.llmcost.schemas.Topics;
import java.io.IOException;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Takes a source's events to Kafka and waits until both hops have passed them. */
final class Emission {
  /**
   * What came of it.
   *
   * @param lines of the file that were not blank
   * @param refused lines that are no events
   * @param deadLettered records by cause
   */
  record Result(long lines, long refused, SortedMap<String, Long> deadLettered) {
    long deadLetters() {
      return deadLettered.values().stream().mapToLong(Long::longValue).sum();
    }

    long events() {
      return lines - refused;
    }
  }

  private final EventSource source;
  private final KafkaSettings settings;
  private final Patience patience;
  private final Progress progress;
  private final Consumer<EventSource.Line.Refused> reporter;
  private final AtomicLong refused = new AtomicLong();
  private long lines;

  Emission(
      EventSource source,
      KafkaSettings settings,
      Patience patience,
      Progress progress,
      Consumer<EventSource.Line.Refused> reporter) {
    this.source = source;
    this.settings = settings;
    this.patience = patience;
    this.progress = progress;
    this.reporter = reporter;
  }

  Result run() throws IOException {
    try (Hops hops = new Hops(settings, patience);
        EventProducer producer = new EventProducer(settings, patience, this::refuse)) {
      // A producer that comes before the topic would make one with the broker's defaults.
      hops.ends(Topics.COMPLETED);
      DeadLetters letters = new DeadLetters(hops, settings, patience);
      SentKeys sent = new SentKeys();
      publish(producer, sent);
      hops.await(
          Hops.CALCULATOR,
          producer.nextOffsets().map(Hops::targets).orElseGet(() -> hops.ends(Topics.COMPLETED)),
          left -> progress.show("published; to be priced: " + Figures.count(left)));
      hops.await(
          Hops.RECORDER,
          hops.ends(Topics.COSTED),
          left -> progress.show("priced; to be recorded: " + Figures.count(left)));
      return new Result(lines, refused.get(), letters.since(sent));
    }
  }

  private void publish(EventProducer producer, SentKeys sent) throws IOException {
    source.read(
        line -> {
          lines++;
          switch (line) {
            case EventSource.Line.Refused bad -> refuse(bad);
            case EventSource.Line.Event event -> {
              sent.add(event.event().getEventId());
              producer.send(event);
            }
          }
          progress.show(
              "read: %s, published: %s"
                  .formatted(Figures.count(lines), Figures.count(producer.acknowledged())));
        });
    producer.finish();
  }

  private void refuse(EventSource.Line.Refused line) {
    refused.incrementAndGet();
    reporter.accept(line);
  }
}
