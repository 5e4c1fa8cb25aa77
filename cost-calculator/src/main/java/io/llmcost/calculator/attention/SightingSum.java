package io.llmcost.calculator.attention;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What several sightings of one subject come to. */
final class SightingSum {

  private long requests;
  private long tokens;
  private BigDecimal amount = BigDecimal.ZERO;
  private BigDecimal reported = BigDecimal.ZERO;
  private Instant firstSeen = Instant.MAX;
  private Instant lastSeen = Instant.MIN;
  private String lastEventId = "";
  private @Nullable String serviceTier;
  private @Nullable String region;
  private final SortedSet<String> meters = new TreeSet<>();

  /** Sums up those sightings whose places no mark covers. */
  static SortedMap<Subject, SightingSum> of(
      List<Sighting> sightings, Map<Integer, Sighting.Mark> marks) {
    SortedMap<Subject, SightingSum> sums = new TreeMap<>();
    for (Sighting sighting : sightings) {
      Sighting.Mark mark = marks.get(sighting.place().partition());
      if (mark == null || !mark.covers(sighting.place())) {
        sums.computeIfAbsent(sighting.subject(), subject -> new SightingSum()).add(sighting);
      }
    }
    return sums;
  }

  /** Returns the marks behind {@code sightings}, by partition, in order. */
  static SortedMap<Integer, Sighting.Mark> marks(List<Sighting> sightings) {
    SortedMap<Integer, Sighting.Mark> marks = new TreeMap<>();
    for (Sighting sighting : sightings) {
      Sighting.Place place = sighting.place();
      Sighting.Mark behind = new Sighting.Mark(place.offset() + 1, place.appendedAt());
      marks.merge(place.partition(), behind, (known, other) -> known.covers(place) ? known : other);
    }
    return marks;
  }

  private void add(Sighting sighting) {
    requests++;
    tokens = Math.addExact(tokens, sighting.tokens());
    amount = amount.add(sighting.amount());
    reported = reported.add(sighting.reported());
    meters.addAll(sighting.meters());
    if (sighting.occurredAt().isBefore(firstSeen)) {
      firstSeen = sighting.occurredAt();
    }
    if (!sighting.occurredAt().isBefore(lastSeen)) {
      lastSeen = sighting.occurredAt();
      lastEventId = sighting.eventId();
      serviceTier = sighting.serviceTier();
      region = sighting.region();
    }
  }

  /** Returns what both come to. */
  SightingSum plus(SightingSum other) {
    SightingSum both = new SightingSum();
    SightingSum later = other.lastSeen.isBefore(lastSeen) ? this : other;
    both.requests = requests + other.requests;
    both.tokens = Math.addExact(tokens, other.tokens);
    both.amount = amount.add(other.amount);
    both.reported = reported.add(other.reported);
    both.firstSeen = firstSeen.isBefore(other.firstSeen) ? firstSeen : other.firstSeen;
    both.lastSeen = later.lastSeen;
    both.lastEventId = later.lastEventId;
    both.serviceTier = later.serviceTier;
    both.region = later.region;
    both.meters.addAll(meters);
    both.meters.addAll(other.meters);
    return both;
  }

  long requests() {
    return requests;
  }

  long tokens() {
    return tokens;
  }

  BigDecimal amount() {
    return amount;
  }

  BigDecimal reported() {
    return reported;
  }

  Instant firstSeen() {
    return firstSeen;
  }

  Instant lastSeen() {
    return lastSeen;
  }

  String lastEventId() {
    return lastEventId;
  }

  @Nullable String serviceTier() {
    return serviceTier;
  }

  @Nullable String region() {
    return region;
  }

  SortedSet<String> meters() {
    return meters;
  }
}
