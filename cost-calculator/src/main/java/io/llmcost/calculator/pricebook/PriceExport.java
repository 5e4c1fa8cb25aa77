package io.llmcost.calculator.pricebook;

import io.llmcost.calculator.pricebook.Standing.StandingAlias;
import io.llmcost.calculator.pricebook.Standing.StandingPrice;
import io.llmcost.calculator.pricing.EffectiveRange;
import io.llmcost.calculator.pricing.PriceKey;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes the standing book in the product's own form, from which an import makes the same book:
 * times are written out, so that nothing depends on when it is read.
 */
final class PriceExport {

  private static final String PRICE_HEADER =
      "provider,match,model,meter,unit_price,unit,currency,service_tier,region,context_above,"
          + "time_window,effective_from,effective_to,source,source_date,description\n";
  private static final String ALIAS_HEADER =
      "provider,match,name,model,source,source_date,description\n";

  private PriceExport() {}

  /** Returns the active prices; how many are out of force on purpose is a remark. */
  static String prices(List<StandingPrice> prices, long version) {
    StringBuilder csv = new StringBuilder("# price book version ").append(version);
    long inactive = prices.stream().filter(price -> !price.active()).count();
    if (inactive > 0) {
      csv.append("; left out: ").append(inactive).append(" rows that are out of force on purpose");
    }
    csv.append('\n').append(PRICE_HEADER);
    for (StandingPrice price : prices) {
      if (price.active()) {
        line(csv, price.terms());
      }
    }
    return csv.toString();
  }

  /** Returns the aliases that have no end: the form has no place for dates of aliases. */
  static String aliases(List<StandingAlias> aliases, long version) {
    StringBuilder csv = new StringBuilder("# price book version ").append(version).append('\n');
    csv.append(ALIAS_HEADER);
    for (StandingAlias row : aliases) {
      if (row.effective().to().equals(Instant.MAX)) {
        NewAlias terms = row.terms();
        line(
            csv,
            terms.alias().provider(),
            terms.alias().match().kind().text(),
            terms.alias().match().value(),
            terms.alias().model(),
            terms.source(),
            terms.sourceDate(),
            terms.description());
      }
    }
    return csv.toString();
  }

  private static void line(StringBuilder csv, NewPrice price) {
    PriceKey key = price.key();
    EffectiveRange range = price.effective();
    line(
        csv,
        key.provider(),
        key.match().kind().text(),
        key.match().value(),
        key.meter(),
        PriceViews.plain(price.unitPrice()),
        price.unit(),
        price.currency(),
        key.serviceTier(),
        key.region(),
        key.contextAbove(),
        key.window().text(),
        range.from().equals(Instant.MIN) ? "beginning" : range.from(),
        range.to().equals(Instant.MAX) ? null : range.to(),
        price.source(),
        price.sourceDate(),
        price.description());
  }

  private static void line(StringBuilder csv, @Nullable Object... values) {
    char separator = 0;
    for (Object value : values) {
      if (separator != 0) {
        csv.append(separator);
      }
      csv.append(value == null ? "" : quoted(value.toString()));
      separator = ',';
    }
    csv.append('\n');
  }

  // One rate a line: the form has no line breaks inside of quotes.
  private static String quoted(String text) {
    String line = text.replaceAll("\\R", " ");
    boolean plain = line.indexOf(',') < 0 && line.indexOf('"') < 0 && !line.startsWith("#");
    return plain ? line : '"' + line.replace("\"", "\"\"") + '"';
  }
}
