package io.llmcost.calculator.pricing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimeWindowTest {

  @Test
  void theEndIsExcluded() {
    TimeWindow window = TimeWindow.parse("08:00-18:30");
    assertThat(window.contains(8 * 60 - 1)).isFalse();
    assertThat(window.contains(8 * 60)).isTrue();
    assertThat(window.contains(18 * 60 + 29)).isTrue();
    assertThat(window.contains(18 * 60 + 30)).isFalse();
  }

  @Test
  void oneThatEndsBeforeItBeginsRunsOverMidnight() {
    TimeWindow window = TimeWindow.parse("16:30-00:30");
    assertThat(window.contains(0)).isTrue();
    assertThat(window.contains(30)).isFalse();
    assertThat(window.contains(16 * 60 + 30)).isTrue();
    assertThat(window.length()).isEqualTo(8 * 60);
  }

  @ParameterizedTest
  @ValueSource(strings = {"*", "08:00-18:30", "16:30-00:30", "12:00-24:00"})
  void whatIsWrittenReadsAsTheSame(String text) {
    assertThat(TimeWindow.parse(text).text()).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "8:00-9:00", "25:00-26:00", "08:60-09:00", "08:00", "10:00-10:00"})
  void anythingElseIsRefused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> TimeWindow.parse(text));
  }

  @Test
  void minutesAreThoseOfTheUtcDayBeforeTheEpochToo() {
    assertThat(TimeWindow.minuteOf(Instant.parse("2026-01-01T23:59:59.999Z"))).isEqualTo(1_439);
    assertThat(TimeWindow.minuteOf(Instant.parse("1969-12-31T00:01:00Z"))).isEqualTo(1);
  }
}
