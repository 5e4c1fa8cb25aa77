package io.llmcost.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

class FiguresTest {

  @Test
  void amountsAreRoundedHalfEven() {
    assertThat(Figures.amount(new BigDecimal("556.552985"), 4)).isEqualTo("556.5530");
    assertThat(Figures.amount(new BigDecimal("1234567.125"), 2)).isEqualTo("1,234,567.12");
    assertThat(Figures.amount(new BigDecimal("-0.5"), 2)).isEqualTo("-0.50");
  }

  @Test
  void somethingIsNeverShownAsNothing() {
    assertThat(Figures.amount(new BigDecimal("0.00000012"), 6)).isEqualTo("<0.000001");
    assertThat(Figures.amount(BigDecimal.ZERO, 6)).isEqualTo("0.000000");
  }

  @Test
  void smallAmountsShowMorePlaces() {
    assertThat(Figures.places(new BigDecimal("0.0123"))).isEqualTo(6);
    assertThat(Figures.places(new BigDecimal("556.55298"))).isEqualTo(4);
    assertThat(Figures.places(new BigDecimal("1000"))).isEqualTo(2);
  }
}
