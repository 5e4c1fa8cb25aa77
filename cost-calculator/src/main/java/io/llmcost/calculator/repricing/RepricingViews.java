package io.llmcost.calculator.repricing;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What {@code /v1/repricings} and {@code /v1/corrections} answer; amounts are decimal strings. */
final class RepricingViews {
  private RepricingViews() {}

  static String plain(BigDecimal amount) {
    return amount.signum() == 0 ? "0" : amount.stripTrailingZeros().toPlainString();
  }

  /** The changed events of one day (UTC) and model. */
  record DifferenceView(
      @Nullable LocalDate day,
      @Nullable String provider,
      @Nullable String model,
      long changed,
      long failed,
      String costBefore,
      String costAfter,
      String difference) {

    static DifferenceView of(RepricingStore.Difference found) {
      Tallies.Tally tally = found.tally();
      return new DifferenceView(
          found.day(),
          found.provider(),
          found.model(),
          tally.changed(),
          tally.failed(),
          plain(tally.before()),
          plain(tally.after()),
          plain(tally.after().subtract(tally.before())));
    }
  }

  /** An event that could not be costed. */
  record FailureView(UUID eventId, String reason) {}

  /**
   * What was found, or sent.
   *
   * @param changed events that would cost, or count, otherwise; once applied: the targets sent
   * @param costBefore of the changed ones
   * @param byDayAndModel where they are; left out of lists
   * @param failures the first hundred; left out of lists
   */
  record PhaseView(
      long examined,
      long changed,
      long unchanged,
      long failed,
      String costBefore,
      String costAfter,
      String difference,
      String currency,
      @Nullable List<DifferenceView> byDayAndModel,
      @Nullable List<FailureView> failures) {}

  /**
   * What the ledger made of the targets: sent = recorded + unchanged + outstanding; what is still
   * outstanding once it is applied is dead letters.
   *
   * @param difference what was added to its sum
   */
  record LedgerView(
      long recorded, long unchanged, long outstanding, String difference, String currency) {}

  /**
   * A repricing or correction.
   *
   * @param state examining, examined, applying, sent, applied or cancelled
   * @param apply absent before it is applied
   * @param ledger absent before something was sent
   * @param acts who did what; left out of lists
   */
  record RepricingView(
      UUID id,
      String kind,
      String state,
      Instant stateAt,
      Instant madeAt,
      String madeBy,
      String reason,
      JsonNode selector,
      int rate,
      long priceBookVersion,
      PhaseView dryRun,
      @Nullable PhaseView apply,
      @Nullable LedgerView ledger,
      @Nullable List<RepricingActs.Act> acts) {}

  /** One page of them, the newest first. */
  record RepricingPage(
      String object, List<RepricingView> data, boolean hasMore, @Nullable String nextPage) {}
}
