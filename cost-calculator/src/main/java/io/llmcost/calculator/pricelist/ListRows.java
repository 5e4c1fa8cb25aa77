package io.llmcost.calculator.pricelist;

import io.llmcost.calculator.pricelist.PriceList.Remark;
import io.llmcost.calculator.pricelist.PriceList.Row;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects what one foreign list says while it is read. */
final class ListRows {

  private final List<Row<PriceDraft>> prices = new ArrayList<>();
  private final List<Row<AliasDraft>> aliases = new ArrayList<>();
  private final List<Remark> refused = new ArrayList<>();
  private final List<Remark> ignored = new ArrayList<>();

  /** When a price holds, beside its effective range: what the price book calls by these names. */
  record When(
      @Nullable String tier,
      @Nullable String region,
      long contextAbove,
      @Nullable String timeWindow,
      @Nullable String effectiveFrom,
      @Nullable String effectiveTo) {

    static final When ALWAYS = new When(null, null, 0, null, null, null);

    When above(long tokens) {
      return new When(tier, region, tokens, timeWindow, effectiveFrom, effectiveTo);
    }
  }

  /** Where a model's prices come from. */
  record Origin(String provider, String model, String source, String date, String description) {}

  void price(String row, Origin origin, String meter, BigDecimal unitPrice, long unit, When when) {
    prices.add(
        new Row<>(
            row,
            new PriceDraft(
                origin.provider(),
                "exact",
                origin.model(),
                meter,
                unitPrice.toString(),
                Long.toString(unit),
                "USD",
                when.tier(),
                when.region(),
                Long.toString(when.contextAbove()),
                when.timeWindow(),
                when.effectiveFrom(),
                when.effectiveTo(),
                origin.source(),
                origin.date(),
                origin.description())));
  }

  void alias(String row, Origin origin, String match, String name) {
    aliases.add(
        new Row<>(
            row,
            new AliasDraft(
                origin.provider(),
                match,
                name,
                origin.model(),
                origin.source(),
                origin.date(),
                origin.description())));
  }

  void refuse(String row, String reason) {
    refused.add(new Remark(row, reason));
  }

  void ignore(String row, String reason) {
    ignored.add(new Remark(row, reason));
  }

  PriceList of(ListFormat format) {
    return new PriceList(format, prices, aliases, refused, ignored);
  }
}
