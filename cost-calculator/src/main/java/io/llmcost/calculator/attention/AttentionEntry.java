package io.llmcost.calculator.attention;

import io.llmcost.calculator.pricing.PriceBook;
import io.llmcost.calculator.pricing.PricedLine;
import io.llmcost.calculator.pricing.Pricer;
import io.llmcost.calculator.pricing.PricingQuestion;
import io.llmcost.schemas.Meters;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One entry of the queue as it is stored.
 *
 * @param tokens of the meters concerned
 * @param amount what was charged for them
 * @param firstSeen when the first such event occurred
 * @param serviceTier of the last event, as its region is
 */
record AttentionEntry(
    Subject subject,
    long requests,
    long tokens,
    BigDecimal amount,
    BigDecimal reported,
    List<String> meters,
    Instant firstSeen,
    Instant lastSeen,
    String lastEventId,
    @Nullable String serviceTier,
    @Nullable String region,
    @Nullable Dismissal dismissal) {

  /**
   * Somebody looked and decided that nothing is to be done.
   *
   * @param requests how many had been counted by then
   */
  record Dismissal(Instant at, String by, String reason, long requests) {}

  /** Where an entry stands. */
  enum State {
    OPEN,
    /** A price covers all that was seen: from its first event to its last. */
    RESOLVED,
    DISMISSED
  }

  /** Returns where this entry stands by the prices of {@code book}. */
  State state(PriceBook book) {
    if (subject.concern().endsWithAPrice()) {
      if (isPriced(book, firstSeen) && isPriced(book, lastSeen)) {
        return State.RESOLVED;
      }
      return dismissal == null ? State.OPEN : State.DISMISSED;
    }
    // What was looked at is done with; the next such request is news.
    return dismissal == null || requests > dismissal.requests() ? State.OPEN : State.DISMISSED;
  }

  /** Returns whether the model's own prices cover every meter concerned at that time. */
  boolean isPriced(PriceBook book, Instant at) {
    return !subject.model().equals(Subject.OTHERS)
        && Pricer.price(
                book,
                new PricingQuestion(
                    subject.provider(),
                    subject.model(),
                    null,
                    serviceTier,
                    region,
                    at,
                    null,
                    meters.stream().map(meter -> Meters.item(meter, 1)).toList()))
            .stream()
            .allMatch(
                line ->
                    switch (line) {
                      case PricedLine.Priced _ -> true;
                      case PricedLine.Free free -> free.rate() != null;
                      case PricedLine.Fallback _, PricedLine.Unpriced _ -> false;
                    });
  }
}
