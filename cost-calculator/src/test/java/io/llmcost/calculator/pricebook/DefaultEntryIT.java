package io.llmcost.calculator.pricebook;

import static io.llmcost.calculator.pricing.Books.item;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.llmcost.calculator.CalculatorFixture;
import io.llmcost.calculator.pricing.PricedLine;
import io.llmcost.calculator.pricing.Pricer;
import io.llmcost.calculator.pricing.PricingQuestion;
import io.llmcost.localstack.Backends;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;

/** Deactivates the default entry, on a database of its own since all other tests rest on it. */
class DefaultEntryIT {

  private static PricedLine unknown(PriceBookKeeper keeper, String at) {
    var question =
        new PricingQuestion(
            "openai",
            "no-such-model",
            null,
            null,
            null,
            Instant.parse(at),
            null,
            List.of(item("input", "1000000")));
    return Pricer.price(keeper.current().orElseThrow(), question).getFirst();
  }

  @Test
  void deactivatedItLeavesTheUnknownUnpricedFromThenOnOrFromItsBeginning() {
    try (ConfigurableApplicationContext calculator =
        CalculatorFixture.start(Backends.shared().newDatabase())) {
      PriceBookKeeper keeper = calculator.getBean(PriceBookKeeper.class);
      PriceAdministration administration = calculator.getBean(PriceAdministration.class);
      await().atMost(Duration.ofSeconds(20)).until(() -> keeper.current().isPresent());
      assertThat(unknown(keeper, "2023-11-16T00:00:00Z")).isInstanceOf(PricedLine.Fallback.class);

      var later =
          administration.deactivate(
              "default", null, Instant.parse("2024-01-01T00:00:00Z"), null, "alice");
      assertThat(later.superseded()).hasSize(2);
      inUse(keeper, later.version());
      assertThat(unknown(keeper, "2023-11-16T00:00:00Z")).isInstanceOf(PricedLine.Fallback.class);
      assertThat(unknown(keeper, "2024-01-01T00:00:00Z")).isInstanceOf(PricedLine.Unpriced.class);

      var whole = administration.deactivate("default", null, null, null, "alice");
      inUse(keeper, whole.version());
      assertThat(unknown(keeper, "2023-11-16T00:00:00Z")).isInstanceOf(PricedLine.Unpriced.class);
    }
  }

  private static void inUse(PriceBookKeeper keeper, long version) {
    await()
        .atMost(Duration.ofSeconds(5))
        .pollInterval(Duration.ofMillis(5))
        .until(() -> keeper.current().orElseThrow().version() >= version);
  }
}
