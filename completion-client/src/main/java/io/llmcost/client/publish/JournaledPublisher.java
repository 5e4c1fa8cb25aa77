package io.llmcost.client.publish;

import io.llmcost.client.journal.JournalSettings;
import io.llmcost.client.journal.Reservation;
import io.llmcost.schemas.LlmRequestCompleted;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * Publishes through a journal on disk: events wait there while Kafka or the registry is away, from
 * before the process started too, and leave it when Kafka has acknowledged them.
 */
public final class JournaledPublisher implements CompletionPublisher, AutoCloseable {
  private JournaledPublisher() {}

  /**
   * Opens the journal and starts sending. Neither Kafka nor the registry need be there.
   *
   * @throws io.llmcost.client.journal.JournalException if the journal's directory cannot be used
   */
  public static JournaledPublisher open(
      JournalSettings journal, PublisherSettings settings, MeterRegistry meters) {
    return io.llmcost.client.provider.Later.value(JournaledPublisher.class);
  }

  @Override
  public void publish(LlmRequestCompleted event) {
    io.llmcost.client.provider.Later.value(Object.class);
  }

  @Override
  public void publish(LlmRequestCompleted event, Reservation reservation) {
    io.llmcost.client.provider.Later.value(Object.class);
  }

  @Override
  public Reservation reserve() {
    return io.llmcost.client.provider.Later.value(Reservation.class);
  }

  /** Returns what waits, as of now. */
  public JournalState journal() {
    return io.llmcost.client.provider.Later.value(JournalState.class);
  }

  /** Sends what it can within the settings' close timeout; the rest waits for the next start. */
  @Override
  public void close() {}

  /**
   * What waits in the journal.
   *
   * @param records not yet acknowledged by Kafka
   * @param bytes on disk, of at most {@code maxBytes}
   * @param oldestMillis age of the oldest record that waits, 0 where none does
   */
  public record JournalState(long records, long bytes, long maxBytes, long oldestMillis) {}
}
