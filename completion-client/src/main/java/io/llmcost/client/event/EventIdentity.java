package io.llmcost.client.event;

import java.time.Instant;
import java.util.UUID;

/**
 * An event's id and the time that belongs to it.
 *
 * @param occurredAt the event's occurred_at
 */
public record EventIdentity(UUID eventId, Instant occurredAt) {}
