package io.llmcost.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ComparisonTest {

  @Test
  void equalSidesPassWhateverTheScaleOfTheirAmounts() {
    Comparison comparison =
        new Comparison(
            bill("0.00001", "gpt-x"), bill("0.000010000000000000", "gpt-x"), sums("0.00001"));

    assertThat(comparison.differences()).isZero();
    assertThat(comparison.render())
        .isEqualTo(
            """
            provider  model            requests  prompt tokens  completion tokens  cost USD
            -------------------------------------------------------------------------------------
            openai    gpt-x  sent             2          1,000                 10   0.00001
                             reported         2          1,000                 10   0.00001  PASS
            all              sent             2          1,000                 10   0.00001
                             reported         2          1,000                 10   0.00001  PASS
            """);
  }

  @Test
  void lastDigitCounts() {
    Comparison comparison =
        new Comparison(
            bill("0.00001", "gpt-x"), bill("0.000010000000000001", "gpt-x"), sums("0.00001"));
    assertThat(comparison.differences()).isEqualTo(1);
    assertThat(comparison.render()).contains("0.000010000000000001  FAIL");
  }

  @Test
  void lineThatOnlyOneSideHasDiffers() {
    Comparison comparison = new Comparison(bill("0.1", "gpt-x"), bill("0.1", "gpt-y"), sums("0.1"));
    assertThat(comparison.differences()).isEqualTo(2);
  }

  private static Bill bill(String cost, String model) {
    TreeMap<Bill.Key, Bill.Sums> lines = new TreeMap<>();
    lines.put(new Bill.Key("openai", model), sums(cost));
    return new Bill(lines);
  }

  private static Bill.Sums sums(String cost) {
    return new Bill.Sums(2, 1000, 10, new BigDecimal(cost));
  }
}
