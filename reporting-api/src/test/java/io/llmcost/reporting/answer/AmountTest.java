package io.llmcost.reporting.answer;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AmountTest {

  @ParameterizedTest
  @CsvSource({
    "556.552980000000000000, 556.55298",
    "0.000000000000000000, 0",
    "-0.0, 0",
    "100.000000000000000000, 100",
    "1E+20, 100000000000000000000",
    "0.000000000000000001, 0.000000000000000001",
    "-12.50, -12.5"
  })
  void everyDigitAndNoOtherIsWritten(BigDecimal value, String written) {
    assertThat(Amount.plain(value)).isEqualTo(written);
  }
}
