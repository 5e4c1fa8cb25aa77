package io.llmcost.calculator.attention;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One event that gave reason for a concern, and where it lies in {@code llm.request.completed}.
 *
 * @param meters that the concern is about
 * @param tokens of those meters
 * @param amount what we charge for them
 * @param reported what the provider says; zero where it says nothing
 */
record Sighting(
    Place place,
    Subject subject,
    String eventId,
    Instant occurredAt,
    @Nullable String serviceTier,
    @Nullable String region,
    Set<String> meters,
    long tokens,
    BigDecimal amount,
    BigDecimal reported) {

  Sighting {
    meters = Set.copyOf(meters);
  }

  /**
   * A record's place in the topic.
   *
   * @param appendedAt its time of append: tells a topic from one made anew under its name
   */
  record Place(int partition, long offset, Instant appendedAt) {}

  /**
   * How far a partition's sightings are counted.
   *
   * @param nextOffset behind the last counted record
   * @param appendedAt when that record was appended
   */
  record Mark(long nextOffset, Instant appendedAt) {

    /** Whether the record was counted before: what comes again after a crash is not new. */
    boolean covers(Place place) {
      return place.offset() < nextOffset && !place.appendedAt().isAfter(appendedAt);
    }
  }
}
