package io.llmcost.calculator.pricebook;

import io.llmcost.calculator.pricebook.KeyPlan.Addition;
import io.llmcost.calculator.pricebook.Standing.StandingPrice;
import io.llmcost.calculator.pricelist.PriceList.Remark;
import io.llmcost.calculator.pricing.PriceKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an import answers. */
final class ImportViews {

  private ImportViews() {}

  /**
   * A price of the list.
   *
   * @param row where the list has it
   * @param previous the standing prices of which it takes time
   */
  record ImportedPrice(String row, Terms price, List<Terms> previous) {
    static ImportedPrice of(Addition addition) {
      return new ImportedPrice(
          addition.row(),
          Terms.of(addition.price()),
          addition.replaced().stream().map(StandingPrice::terms).map(Terms::of).toList());
    }
  }

  /** A price without an id; {@code effective_from} and {@code effective_to} absent where open. */
  record Terms(
      String provider,
      String match,
      String model,
      String meter,
      String unitPrice,
      long unit,
      String serviceTier,
      String region,
      long contextAbove,
      String timeWindow,
      @Nullable Instant effectiveFrom,
      @Nullable Instant effectiveTo) {

    static Terms of(NewPrice price) {
      PriceKey key = price.key();
      Instant from = price.effective().from();
      Instant to = price.effective().to();
      return new Terms(
          key.provider(),
          key.match().kind().text(),
          key.match().value(),
          key.meter(),
          PriceViews.plain(price.unitPrice()),
          price.unit(),
          key.serviceTier(),
          key.region(),
          key.contextAbove(),
          key.window().text(),
          from.equals(Instant.MIN) ? null : from,
          to.equals(Instant.MAX) ? null : to);
    }
  }

  /** A price that waits: import again with {@code confirm=provider/model} to take its model. */
  record HeldPrice(String row, String model, String reason, Terms price, List<Terms> previous) {}

  /**
   * What an import did, or in a dry run would do.
   *
   * @param applied whether the book was changed accordingly
   * @param priceBookVersion of the book now; send it as {@code If-Match} to apply just this
   * @param unchanged how many rows the book says already
   * @param ended standing prices that end without a successor
   * @param refused rows that are wrong; without {@code skip_refused} nothing is applied while there
   *     are any
   * @param ignored rows that the book has no place for
   */
  record ImportReport(
      String format,
      boolean applied,
      long priceBookVersion,
      int unchanged,
      List<ImportedPrice> added,
      List<ImportedPrice> changed,
      List<Terms> ended,
      List<HeldPrice> held,
      List<Remark> refused,
      List<Remark> ignored,
      int aliasesAdded,
      int aliasesChanged) {

    static ImportReport of(PriceImports.Result result) {
      ImportPlan plan = result.plan();
      List<ImportedPrice> added = new ArrayList<>();
      List<ImportedPrice> changed = new ArrayList<>();
      for (Addition addition : plan.additions()) {
        (addition.replaced().isEmpty() ? added : changed).add(ImportedPrice.of(addition));
      }
      List<Terms> ended = new ArrayList<>();
      plan.keys().forEach(key -> key.ended().forEach(row -> ended.add(Terms.of(row.terms()))));
      plan.missing().forEach(row -> ended.add(Terms.of(row.terms())));
      int aliasesChanged = plan.supersededAliases().size();
      return new ImportReport(
          result.format().text(),
          result.applied(),
          result.version(),
          plan.unchanged(),
          added,
          changed,
          ended,
          plan.held().stream().map(ImportReport::held).toList(),
          result.checked().refused(),
          result.checked().ignored(),
          plan.aliases().size() - aliasesChanged,
          aliasesChanged);
    }

    private static HeldPrice held(ImportPlan.Held held) {
      ImportedPrice price = ImportedPrice.of(held.addition());
      return new HeldPrice(
          price.row(),
          ImportPlan.Model.of(held.addition().price().key()).text(),
          held.reason(),
          price.price(),
          price.previous());
    }
  }
}
