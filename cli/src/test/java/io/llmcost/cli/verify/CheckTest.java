package io.llmcost.cli.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;

class CheckTest {

  @Test
  void equalityIsOfValuesToTheLastDigitAndNotOfScale() {
    BigDecimal cost = new BigDecimal("0.100000000000000001");

    assertThat(Check.equal("c", new BigDecimal("1.0"), BigDecimal.ONE).holds()).isTrue();
    assertThat(Check.equal("c", cost, new BigDecimal("0.1")).holds()).isFalse();
  }

  @Test
  void boundHoldsUpToItselfOnly() {
    assertThat(Check.atMost("b", 3, 3).holds()).isTrue();
    assertThat(Check.atMost("b", 4, 3).holds()).isFalse();
  }

  @Test
  void anythingThatMustNotBeIsOneTooMany() {
    assertThat(Check.none("n", 0, List.of()).holds()).isTrue();
    assertThat(Check.none("n", 1, List.of("it")).holds()).isFalse();
  }
}
