package io.llmcost.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.TypeConversionException;

class DurationTextTest {
  private final DurationText text = new DurationText();

  @Test
  void unitsAreRead() {
    assertThat(text.convert("500ms")).isEqualTo(Duration.ofMillis(500));
    assertThat(text.convert("90s")).isEqualTo(Duration.ofSeconds(90));
    assertThat(text.convert("10m")).isEqualTo(Duration.ofMinutes(10));
    assertThat(text.convert("2H")).isEqualTo(Duration.ofHours(2));
  }

  @Test
  void otherTextIsRefused() {
    assertThatThrownBy(() -> text.convert("soon"))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining("10m");
  }
}
