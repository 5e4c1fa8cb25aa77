package io.llmcost.calculator.pricebook;

import io.llmcost.calculator.pricebook.KeyPlan.Addition;
import io.llmcost.calculator.pricebook.Standing.StandingPrice;
import io.llmcost.calculator.pricing.PriceKey;
import io.llmcost.schemas.Meters;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Tells rates that look like a slip of the unit: a hundred times what the price was, or what the
 * same meter of the model costs under other conditions, or between a model's input and output.
 */
final class Suspicion {

  private static final int FACTOR = 100;

  private Suspicion() {}

  /**
   * Returns why {@code addition} should be looked at by somebody first, or null.
   *
   * @param ofModel what the list wants for the same provider and model
   */
  static @Nullable String of(Addition addition, List<NewPrice> ofModel) {
    NewPrice price = addition.price();
    for (StandingPrice row : addition.replaced()) {
      if (!row.active()) {
        return "price %d was deactivated on purpose".formatted(row.id());
      }
      if (price.unitPrice().signum() == 0 && row.terms().unitPrice().signum() > 0) {
        return "becomes free: was " + say(row.terms());
      }
    }
    if (!addition.replaced().isEmpty()) {
      return farFrom(
          price, addition.replaced().stream().map(StandingPrice::terms).toList(), "was ");
    }
    List<NewPrice> sameMeter =
        ofModel.stream()
            .filter(other -> other.key().meter().equals(price.key().meter()))
            .filter(other -> !other.key().equals(price.key()))
            .toList();
    if (!sameMeter.isEmpty()) {
      return farFrom(price, sameMeter, "beside ");
    }
    String counterpart = counterpart(price.key());
    return farFrom(
        price,
        ofModel.stream().filter(other -> other.key().meter().equals(counterpart)).toList(),
        "beside " + counterpart + " ");
  }

  // Far from all of them: one that is near says that such a rate is usual here.
  private static @Nullable String farFrom(
      NewPrice price, List<NewPrice> neighbours, String relation) {
    if (neighbours.isEmpty()
        || neighbours.stream()
            .anyMatch(other -> !price.isTimes(FACTOR, other) && !other.isTimes(FACTOR, price))) {
      return null;
    }
    return "%s is %d times off: %s%s"
        .formatted(say(price), FACTOR, relation, say(neighbours.getFirst()));
  }

  private static String counterpart(PriceKey key) {
    return switch (key.meter()) {
      case Meters.INPUT -> Meters.OUTPUT;
      case Meters.OUTPUT -> Meters.INPUT;
      default -> "";
    };
  }

  private static String say(NewPrice price) {
    return "%s for %d"
        .formatted(
            Objects.requireNonNull(price.unitPrice()).stripTrailingZeros().toPlainString(),
            price.unit());
  }
}
