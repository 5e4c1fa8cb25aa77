package io.llmcost.calculator.pricebook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.llmcost.calculator.pricebook.Succession.Remainder;
import io.llmcost.calculator.pricing.EffectiveRange;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class SuccessionTest {

  private static Instant month(int month) {
    return Instant.parse("2026-%02d-01T00:00:00Z".formatted(month));
  }

  private static EffectiveRange range(int from, int to) {
    return new EffectiveRange(month(from), month(to));
  }

  private static EffectiveRange since(int from) {
    return new EffectiveRange(month(from), Instant.MAX);
  }

  @Test
  void aNewPriceEndsTheOneBeforeIt() {
    Succession plan = Succession.plan(List.of(EffectiveRange.ALWAYS), since(3), false);
    assertThat(plan.ended()).containsExactly(0);
    assertThat(plan.remainders())
        .containsExactly(new Remainder(0, new EffectiveRange(Instant.MIN, month(3))));
  }

  @Test
  void aPriceForAWhileLeavesBothSidesOfTheOneItInterrupts() {
    Succession plan = Succession.plan(List.of(since(1)), range(3, 5), false);
    assertThat(plan.remainders())
        .containsExactly(new Remainder(0, range(1, 3)), new Remainder(0, since(5)));
  }

  @Test
  void rangesThatOnlyTouchAreLeftAlone() {
    Succession plan = Succession.plan(List.of(range(1, 3), since(5)), range(3, 5), false);
    assertThat(plan.ended()).isEmpty();
    assertThat(plan.remainders()).isEmpty();
  }

  @Test
  void aScheduledPriceIsNotDisplacedByAccident() {
    List<EffectiveRange> standing = List.of(range(1, 6), since(6));
    assertThatExceptionOfType(Succession.Displaces.class)
        .isThrownBy(() -> Succession.plan(standing, since(3), false))
        .satisfies(e -> assertThat(e.standing()).isEqualTo(1));
    Succession plan = Succession.plan(standing, since(3), true);
    assertThat(plan.ended()).containsExactly(0, 1);
    assertThat(plan.remainders()).containsExactly(new Remainder(0, range(1, 3)));
  }

  @Test
  void thePriceOfTheSameBeginningIsReplacedOnlyWhenAsked() {
    assertThatExceptionOfType(Succession.Displaces.class)
        .isThrownBy(() -> Succession.plan(List.of(since(3)), since(3), false));
    assertThat(Succession.plan(List.of(since(3)), since(3), true).remainders()).isEmpty();
  }
}
