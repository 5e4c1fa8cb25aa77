package io.llmcost.client;

import io.llmcost.client.event.LlmCallContext;
import io.llmcost.client.journal.JournalException;
import io.llmcost.client.provider.ProviderAdapters;
import io.llmcost.client.publish.CompletionPublisher;
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

  private final LlmCallContext base;
  private final @Nullable CompletionPublisher publisher;
  private final @Nullable JournaledPublisher own;
  private final ProviderAdapters adapters = ProviderAdapters.standard();
  private final InstantSource clock = InstantSource.system();
  private final Counter untracked;

  private CompletionClient(
      LlmCallContext base,
      @Nullable CompletionPublisher publisher,
      @Nullable JournaledPublisher own,
      MeterRegistry meters) {
    this.base = base;
    this.publisher = publisher;
    this.own = own;
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
    return new CompletionClient(LlmCallContext.of(settings.source()), publisher, publisher, meters);
  }

  /**
   * Returns a client that records through {@code publisher}, which stays its owner's to close.
   *
   * @param base what is true of all calls of this service
   */
  public static CompletionClient over(
      LlmCallContext base, CompletionPublisher publisher, MeterRegistry meters) {
    return new CompletionClient(base, publisher, null, meters);
  }

  /** Returns a client that records nothing, and has nothing open. */
  public static CompletionClient off(LlmCallContext base) {
    return new CompletionClient(base, null, null, new SimpleMeterRegistry());
  }

  /** Returns the context of this service's calls, with what {@link Tracking} says here and now. */
  public LlmCallContext context() {
    return Tracking.current().of(base);
  }

  /** Returns what is true of all calls of this service. */
  public LlmCallContext baseContext() {
    return base;
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
        Tracking.current().isOn() ? this::publish : event -> Optional.empty());
  }

  /**
   * Begins to record a call that a framework has begun to make.
   *
   * @param tracking whether, and for whom: {@link Tracking#current()}, or what the request carries
   */
  public ObservedCall observe(Tracking tracking) {
    return new ObservedCall(this, tracking);
  }

  /**
   * Records an event that the caller made.
   *
   * @return its id; empty where it could not be recorded, or recording is off
   */
  public Optional<UUID> record(LlmRequestCompleted event) {
    return Tracking.current().isOn() ? publish(event) : Optional.empty();
  }

  Optional<UUID> publish(LlmRequestCompleted event) {
    CompletionPublisher into = publisher;
    if (into == null) {
      return Optional.empty();
    }
    try {
      into.publish(event);
      return Optional.of(UUID.fromString(event.getEventId()));
    } catch (RuntimeException e) {
      unrecorded(e);
      return Optional.empty();
    }
  }

  /** Counts and logs a call that a listener of a framework could not make sense of. */
  public void unrecorded(Throwable why) {
    untracked.increment();
    LOG.warn("a completion goes unrecorded: {}", why.toString());
  }

  void contextless(RuntimeException why) {
    LOG.warn("a completion is recorded without what was said of it: {}", why.toString());
  }

  ProviderAdapters adapters() {
    return adapters;
  }

  /**
   * Sends what it can within the publisher's close timeout; the rest waits for the next start. A
   * publisher that was given stays open.
   */
  @Override
  public void close() {
    if (own != null) {
      own.close();
    }
  }
}
