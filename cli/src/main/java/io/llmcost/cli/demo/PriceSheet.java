package io.llmcost.cli.demo;

import io.llmcost.cli.prices.PriceList.Price;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The demo's own arithmetic over the price book's rows, so that it checks the calculator and does
 * not repeat it: a model by the name that was asked for, else the default entry; standard tier, any
 * region, any hour, short prompts.
 */
final class PriceSheet {
  private static final String ANY = "*";
  private static final int PLACES = 18;

  private final List<Price> prices;

  PriceSheet(List<Price> prices) {
    this.prices =
        prices.stream()
            .filter(price -> price.active() && price.contextAbove() == 0)
            .filter(price -> price.region().equals(ANY) && price.timeWindow().equals(ANY))
            .filter(price -> List.of(ANY, "standard").contains(price.serviceTier()))
            .toList();
  }

  /** What the quantities of a call cost; a meter that nothing covers costs nothing. */
  BigDecimal cost(String provider, String modelRequested, Map<String, Long> quantities) {
    return quantities.entrySet().stream()
        .map(used -> amount(provider, modelRequested, used.getKey(), used.getValue()))
        .reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  private BigDecimal amount(String provider, String model, String meter, long quantity) {
    return price(provider, "exact", model, meter)
        .or(() -> price(provider, "default", ANY, meter))
        .or(() -> price(ANY, "default", ANY, meter))
        .map(
            price ->
                price
                    .unitPrice()
                    .multiply(BigDecimal.valueOf(quantity))
                    .divide(BigDecimal.valueOf(price.unit()), PLACES, RoundingMode.HALF_EVEN))
        .orElse(BigDecimal.ZERO);
  }

  /** The price of the meter, else of the plainer one that its name begins with. */
  private Optional<Price> price(String provider, String match, String model, String meter) {
    for (String name = meter; ; name = name.substring(0, name.lastIndexOf('_'))) {
      String wanted = name;
      Optional<Price> found =
          prices.stream()
              .filter(price -> price.provider().equals(provider) && price.match().equals(match))
              .filter(price -> price.model().equals(model) && price.meter().equals(wanted))
              .min(
                  (a, b) ->
                      Boolean.compare(a.serviceTier().equals(ANY), b.serviceTier().equals(ANY)));
      if (found.isPresent() || name.indexOf('_') < 0) {
        return found;
      }
    }
  }
}
