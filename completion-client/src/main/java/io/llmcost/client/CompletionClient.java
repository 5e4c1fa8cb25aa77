package io.llmcost.client;

import io.llmcost.client.event.LlmCallContext;
import io.llmcost.client.journal.JournalException;
import io.llmcost.client.provider.ProviderAdapters;
import io.llmcost.client.publish.CompletionPublisher;
import io.llmcost.client.publish.InvalidEventException;
import io.llmcost.client.publish.JournaledPublisher;
import io.llmcost.schemas.LlmRequestCompleted;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records the LLM calls of a Java service: what its provider answered becomes an event, is on disk
 * before {@link TrackedCall#end} returns, and goes on to Kafka from there. For any number of
 * threads; one for a process. Its failures are counted and logged, and never the caller's: an
 * answer is not lost because it could not be accounted for.
 */
public final class CompletionClient implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CompletionClient.class);

  private final String source;
  private final @Nullable JournaledPublisher publisher;
  private final ProviderAdapters adapters = ProviderAdapters.standard();
  private final InstantSource clock = InstantSource.system();
  private final Counter untracked;

  private CompletionClient(
      String source, @Nullable JournaledPublisher publisher, MeterRegistry meters) {
    this.source = source;
    this.publisher = publisher;
    untracked =
        Counter.builder("llmcost.client.events.untracked")
            .description("Events that could not be recorded: an invalid one, a full journal.")
            .register(meters);
  }

  /** Opens a client whose metrics nobody reads. */
  public static CompletionClient open(CompletionClientSettings settings) {
    return open(settings, new SimpleMeterRegistry());
  }

  /**
   * Opens a client. Neither Kafka nor the registry need be there.
   *
   * @throws JournalException if the journal's directory cannot be used
   * @throws IllegalArgumentException if the producer's settings can never work
   */
  public static CompletionClient open(CompletionClientSettings settings, MeterRegistry meters) {
    JournaledPublisher publisher =
        settings.enabled()
            ? JournaledPublisher.open(settings.journal(), settings.publisher(), meters)
            : null;
    return new CompletionClient(settings.source(), publisher, meters);
  }

  /** Returns the context of this service's calls, to say more on. */
  public LlmCallContext context() {
    return LlmCallContext.of(source);
  }

  /**
   * Begins to record a call that is about to be made with POST.
   *
   * @param provider a provider id: openai, anthropic … or the name of a compatible server
   * @param path the path of the provider's API, for instance {@code /v1/chat/completions}
   */
  public TrackedCall start(
      String provider, String path, byte[] requestBody, LlmCallContext context) {
    return new TrackedCall(
        new TrackedCall.Request(provider, path, requestBody, context),
        adapters.find(provider, "POST", path),
        clock,
        this::record);
  }

  /**
   * Records an event that the caller made.
   *
   * @return its id; empty where it could not be recorded, or recording is off
   */
  public Optional<UUID> record(LlmRequestCompleted event) {
    CompletionPublisher into = publisher;
    if (into == null) {
      return Optional.empty();
    }
    try {
      into.publish(event);
      return Optional.of(UUID.fromString(event.getEventId()));
    } catch (JournalException | InvalidEventException | IllegalArgumentException e) {
      untracked.increment();
      LOG.warn("a completion goes unrecorded: {}", e.getMessage());
      return Optional.empty();
    }
  }

  /** Sends what it can within the publisher's close timeout; the rest waits for the next start. */
  @Override
  public void close() {
    if (publisher != null) {
      publisher.close();
    }
  }
}
