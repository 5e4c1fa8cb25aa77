package io.llmcost.gateway.operations;

import io.llmcost.client.publish.JournaledPublisher;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Down while events do not leave the journal, with the reason. No part of readiness: the gateway
 * goes on answering, and keeps the events, until the journal is full.
 */
public final class PublisherHealth implements HealthIndicator {
  private final JournaledPublisher publisher;

  /** Asks {@code publisher}. */
  public PublisherHealth(JournaledPublisher publisher) {
    this.publisher = publisher;
  }

  @Override
  public Health health() {
    String trouble = publisher.trouble();
    Health.Builder health = trouble == null ? Health.up() : Health.down();
    health.withDetail("waiting", publisher.journal().records());
    return (trouble == null ? health : health.withDetail("trouble", trouble)).build();
  }
}
