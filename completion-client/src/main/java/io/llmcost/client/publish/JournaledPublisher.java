package io.llmcost.client.publish;

import io.llmcost.client.journal.Journal;
import io.llmcost.client.journal.JournalException;
import io.llmcost.client.journal.JournalSettings;
import io.llmcost.client.journal.JournalState;
import io.llmcost.client.journal.QuarantinedRecord;
import io.llmcost.client.journal.Reservation;
import io.llmcost.schemas.EventRules;
import io.llmcost.schemas.EventRules.Violation;
import io.llmcost.schemas.LlmRequestCompleted;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes through a journal on disk: events wait there while Kafka or the registry is away, from
 * before the process started too, and leave it when Kafka has acknowledged them.
 */
public final class JournaledPublisher implements CompletionPublisher, AutoCloseable {
  /** Largest event, in bytes of Avro. */
  public static final int MAX_EVENT_BYTES = 64 << 10;

  private static final Logger LOG = LoggerFactory.getLogger(JournaledPublisher.class);
  private static final Duration GRACE = Duration.ofSeconds(3);

  private final Journal journal;
  private final EventCodec codec;
  private final PublisherMetrics metrics;
  private final Clock clock;
  private final Duration closeTimeout;
  private final Sender sender;
  private final Thread thread;

  private JournaledPublisher(
      Journal journal,
      EventCodec codec,
      PublisherSettings settings,
      MeterRegistry meters,
      Clock clock) {
    this.journal = journal;
    this.codec = codec;
    this.clock = clock;
    closeTimeout = settings.closeTimeout();
    metrics = new PublisherMetrics(meters, journal::state);
    sender = new Sender(journal, codec, settings, metrics);
    thread = Thread.ofPlatform().daemon().name("llmcost-sender").unstarted(sender);
  }

  /**
   * Opens the journal and starts sending. Neither Kafka nor the registry need be there.
   *
   * @throws JournalException if the journal's directory cannot be used
   * @throws IllegalArgumentException if the producer's settings can never work
   */
  public static JournaledPublisher open(
      JournalSettings journal, PublisherSettings settings, MeterRegistry meters) {
    return open(journal, settings, meters, Clock.systemUTC());
  }

  /** As {@link #open(JournalSettings, PublisherSettings, MeterRegistry)}, with another clock. */
  public static JournaledPublisher open(
      JournalSettings journalSettings,
      PublisherSettings settings,
      MeterRegistry meters,
      Clock clock) {
    KafkaConnection.check(settings);
    Journal journal = Journal.open(journalSettings);
    try {
      EventCodec codec = EventCodec.in(journalSettings.directory().resolve("schemas"));
      JournaledPublisher publisher =
          new JournaledPublisher(journal, codec, settings, meters, clock);
      publisher.thread.start();
      return publisher;
    } catch (IOException e) {
      journal.close();
      throw new JournalException("cannot keep schemas beside the journal: " + e, e);
    }
  }

  @Override
  public void publish(LlmRequestCompleted event) {
    journal.append(encode(event));
    metrics.published();
  }

  @Override
  public void publish(LlmRequestCompleted event, Reservation reservation) {
    journal.append(encode(event), reservation);
    metrics.published();
  }

  @Override
  public Reservation reserve() {
    return journal.reserve();
  }

  /** Returns what waits, as of now. */
  public JournalState journal() {
    return journal.state();
  }

  /**
   * Returns why events wait in the journal and do not leave it: an outage or a fault of the sending
   * thread, as text; null where they leave as they come.
   */
  public @Nullable String trouble() {
    return thread.isAlive() ? sender.trouble() : "the sending thread is not running";
  }

  /** Returns the events that Kafka will never take, in the journal's own form, oldest first. */
  public List<QuarantinedRecord> quarantined() {
    return journal.quarantined();
  }

  /** Sends what it can within the settings' close timeout; the rest waits for the next start. */
  @Override
  public void close() {
    sender.stop(closeTimeout);
    LockSupport.unpark(thread);
    try {
      if (!thread.join(closeTimeout.plus(GRACE))) {
        LOG.warn("the sender does not end; it is interrupted");
        thread.interrupt();
        thread.join(GRACE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    long left = journal.state().records();
    if (left > 0) {
      LOG.warn("{} events wait in the journal for the next start", left);
    }
    metrics.close();
    journal.close();
  }

  private byte[] encode(LlmRequestCompleted event) {
    List<Violation> violations = EventRules.violations(event, clock.instant());
    if (!violations.isEmpty()) {
      throw new InvalidEventException(violations);
    }
    byte[] bytes = codec.encode(event);
    if (bytes.length > MAX_EVENT_BYTES) {
      throw new InvalidEventException(
          List.of(new Violation("event", bytes.length + " bytes; at most " + MAX_EVENT_BYTES)));
    }
    return bytes;
  }
}
