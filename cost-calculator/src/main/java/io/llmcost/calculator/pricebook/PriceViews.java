package io.llmcost.calculator.pricebook;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the price book's REST answers, field by field; decimals are strings. */
final class PriceViews {

  private PriceViews() {}

  static String plain(BigDecimal price) {
    return price.signum() == 0 ? "0" : price.stripTrailingZeros().toPlainString();
  }

  /**
   * One price.
   *
   * @param model the name, beginning or expression; {@code *} for default
   * @param unitPrice amount in {@code currency} for {@code unit} of the meter
   * @param active false where there is no price on purpose
   * @param effectiveFrom absent for the beginning of time
   * @param effectiveTo exclusive; absent for an open end
   */
  record PriceView(
      String id,
      String provider,
      String match,
      String model,
      String meter,
      String unitPrice,
      long unit,
      String currency,
      String serviceTier,
      String region,
      long contextAbove,
      String timeWindow,
      @Nullable Instant effectiveFrom,
      @Nullable Instant effectiveTo,
      boolean active,
      String source,
      @Nullable LocalDate sourceDate,
      String description,
      @Nullable Instant supersededAt) {

    static PriceView of(PriceRow row) {
      var key = row.key();
      return new PriceView(
          Long.toString(row.id()),
          key.provider(),
          key.match().kind().text(),
          key.match().value(),
          key.meter(),
          plain(row.unitPrice()),
          row.unit(),
          row.currency(),
          key.serviceTier(),
          key.region(),
          key.contextAbove(),
          key.window().text(),
          row.effectiveFrom(),
          row.effectiveTo(),
          row.active(),
          row.source(),
          row.sourceDate(),
          row.description(),
          row.supersededAt());
    }
  }

  /** One page of prices. */
  record PricePage(
      String object,
      List<PriceView> data,
      boolean hasMore,
      @Nullable String nextPage,
      long priceBookVersion) {}

  /** A version of the book: who made it, when and how. */
  record ChangeView(long version, Instant changedAt, String actor, String action, String comment) {
    static ChangeView of(PriceBookChange change) {
      return new ChangeView(
          change.version(), change.changedAt(), change.actor(), change.action(), change.comment());
    }
  }

  /** One page of the audit, the latest version first. */
  record ChangePage(
      String object, List<ChangeView> data, boolean hasMore, @Nullable String nextPage) {}

  /** A row of a price's key, with the changes that made it and that ended it. */
  record HistoryEntry(
      PriceView price, @Nullable ChangeView created, @Nullable ChangeView superseded) {}

  /** A price and every row that its key ever had, oldest first. */
  record PriceHistory(PriceView price, List<HistoryEntry> history) {}

  /** What a change did. */
  record ChangeResult(long priceBookVersion, List<PriceView> added, List<PriceView> superseded) {
    static ChangeResult of(PriceAdministration.Changed changed) {
      return new ChangeResult(
          changed.version(),
          changed.added().stream().map(PriceView::of).toList(),
          changed.superseded().stream().map(PriceView::of).toList());
    }
  }
}
