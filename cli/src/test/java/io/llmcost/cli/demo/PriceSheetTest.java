package io.llmcost.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcost.cli.prices.PriceList.Price;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PriceSheetTest {
  private final PriceSheet sheet =
      new PriceSheet(
          List.of(
              price("openai", "exact", "gpt-x", "input", "0.15", "*", 0, true),
              price("openai", "exact", "gpt-x", "input", "0.07", "batch", 0, true),
              price("openai", "exact", "gpt-x", "input", "0.30", "*", 200_000, true),
              price("openai", "exact", "gpt-x", "input_cache_read", "0.075", "*", 0, true),
              price("openai", "exact", "gpt-x", "output", "0.6", "*", 0, true),
              price("other", "exact", "gpt-x", "input", "9", "*", 0, true),
              price("openai", "exact", "gone", "input", "1", "*", 0, false),
              price("*", "default", "*", "input", "10", "*", 0, true),
              price("*", "default", "*", "output", "30", "*", 0, true)));

  @Test
  void everyMeterHasItsOwnPrice() {
    assertThat(
            sheet.cost(
                "openai", "gpt-x", Map.of("input", 7L, "input_cache_read", 2L, "output", 3L)))
        .isEqualByComparingTo("0.000003"); // 7 x 0.15 + 2 x 0.075 + 3 x 0.6 = 3.0 per million
  }

  @Test
  void plainerMeterStandsInForAMissingPrice() {
    assertThat(
            sheet.cost(
                "openai", "gpt-x", Map.of("output_reasoning", 10L, "input_cache_write_5m", 10L)))
        .isEqualByComparingTo("0.0000075"); // 10 x 0.6 + 10 x 0.15
  }

  @Test
  void unknownAndDeactivatedModelsMeetTheDefault() {
    assertThat(sheet.cost("openai", "house", Map.of("input", 1L, "output", 1L)))
        .isEqualByComparingTo("0.00004");
    assertThat(sheet.cost("openai", "gone", Map.of("input", 1L))).isEqualByComparingTo("0.00001");
  }

  @Test
  void callWithoutUsageCostsNothing() {
    assertThat(sheet.cost("openai", "gpt-x", Map.of())).isEqualByComparingTo("0");
    assertThat(new PriceSheet(List.of()).cost("openai", "gpt-x", Map.of("input", 1L)))
        .isEqualByComparingTo("0");
  }

  private static Price price(
      String provider,
      String match,
      String model,
      String meter,
      String unitPrice,
      String tier,
      long above,
      boolean active) {
    return new Price(
        "1",
        provider,
        match,
        model,
        meter,
        new BigDecimal(unitPrice),
        1_000_000,
        "USD",
        tier,
        "*",
        above,
        "*",
        null,
        null,
        active);
  }
}
