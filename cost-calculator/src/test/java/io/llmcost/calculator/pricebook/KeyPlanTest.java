package io.llmcost.calculator.pricebook;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcost.calculator.pricebook.KeyPlan.Wanted;
import io.llmcost.calculator.pricebook.Standing.StandingPrice;
import io.llmcost.calculator.pricing.EffectiveRange;
import io.llmcost.calculator.pricing.ModelMatch;
import io.llmcost.calculator.pricing.PriceKey;
import io.llmcost.calculator.pricing.TimeWindow;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KeyPlanTest {

  private static final Instant JANUARY = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant MARCH = Instant.parse("2026-03-01T00:00:00Z");
  private static final Instant MAY = Instant.parse("2026-05-01T00:00:00Z");

  private static NewPrice price(String meter, String rate, Instant from, Instant to) {
    PriceKey key =
        new PriceKey("openai", ModelMatch.exactly("m"), meter, "*", "*", 0, TimeWindow.ANY);
    return new NewPrice(
        key,
        new BigDecimal(rate),
        1_000_000,
        "USD",
        new EffectiveRange(from, to),
        "test",
        null,
        "genai-prices");
  }

  private static NewPrice price(String rate, Instant from, Instant to) {
    return price("input", rate, from, to);
  }

  private static Wanted wanted(String rate, Instant from, Instant to, boolean dated) {
    return new Wanted("row", price(rate, from, to), dated);
  }

  private static StandingPrice standing(long id, String rate, Instant from, Instant to) {
    return new StandingPrice(id, price(rate, from, to), true);
  }

  private static List<EffectiveRange> added(KeyPlan plan) {
    return plan.additions().stream().map(addition -> addition.price().effective()).toList();
  }

  @Test
  void whatTheBookSaysAlreadyChangesNothing() {
    KeyPlan plan =
        KeyPlan.of(
            List.of(wanted("3.00", MARCH, Instant.MAX, false)),
            List.of(standing(1, "3", Instant.MIN, Instant.MAX)));
    assertThat(plan.isEmpty()).isTrue();
  }

  @Test
  void anotherRateFollowsOnTheStandingOne() {
    StandingPrice old = standing(1, "3", JANUARY, Instant.MAX);
    KeyPlan plan = KeyPlan.of(List.of(wanted("2", MARCH, Instant.MAX, false)), List.of(old));
    assertThat(added(plan)).containsExactly(new EffectiveRange(MARCH, Instant.MAX));
    assertThat(plan.additions().getFirst().replaced()).containsExactly(old);
    assertThat(plan.remaindersOf(old)).containsExactly(new EffectiveRange(JANUARY, MARCH));
    assertThat(plan.ended()).isEmpty();
  }

  @Test
  void aScheduledPriceStaysUnlessTheListHasADate() {
    StandingPrice now = standing(1, "3", JANUARY, MAY);
    StandingPrice scheduled = standing(2, "9", MAY, Instant.MAX);
    KeyPlan undated =
        KeyPlan.of(List.of(wanted("2", MARCH, Instant.MAX, false)), List.of(now, scheduled));
    assertThat(added(undated)).containsExactly(new EffectiveRange(MARCH, MAY));
    assertThat(undated.remaindersOf(scheduled)).containsExactly(scheduled.effective());
    KeyPlan dated =
        KeyPlan.of(List.of(wanted("2", MARCH, Instant.MAX, true)), List.of(now, scheduled));
    assertThat(added(dated)).containsExactly(new EffectiveRange(MARCH, Instant.MAX));
    assertThat(dated.remaindersOf(scheduled)).isEmpty();
  }

  @Test
  void onlyTheTimeThatDiffersIsWritten() {
    KeyPlan plan =
        KeyPlan.of(
            List.of(wanted("3", JANUARY, Instant.MAX, true)),
            List.of(standing(1, "3", MARCH, Instant.MAX)));
    assertThat(added(plan)).containsExactly(new EffectiveRange(JANUARY, MARCH));
    assertThat(plan.additions().getFirst().replaced()).isEmpty();
  }

  @Test
  void anEndInTheListEndsTheStandingPrice() {
    StandingPrice old = standing(1, "3", JANUARY, Instant.MAX);
    KeyPlan plan = KeyPlan.of(List.of(wanted("3", JANUARY, MAY, true)), List.of(old));
    assertThat(plan.additions()).isEmpty();
    assertThat(plan.ended()).containsExactly(old);
    assertThat(plan.remaindersOf(old)).containsExactly(new EffectiveRange(JANUARY, MAY));
  }

  private static ImportPlan plan(
      List<StandingPrice> standing, Set<String> confirmed, NewPrice... wanted) {
    return new ImportPlan.Planner(standing, List.of(), confirmed)
        .plan(
            List.of(wanted).stream().map(price -> new Wanted("row", price, false)).toList(),
            List.of(),
            MARCH,
            "");
  }

  @Test
  void aHundredTimesWhatItWasHoldsTheWholeModelUntilConfirmed() {
    List<StandingPrice> standing = List.of(standing(1, "3", Instant.MIN, Instant.MAX));
    NewPrice input = price("input", "300", MARCH, Instant.MAX);
    NewPrice output = price("output", "600", MARCH, Instant.MAX);
    ImportPlan held = plan(standing, Set.of(), input, output);
    assertThat(held.isEmpty()).isTrue();
    assertThat(held.held()).extracting(ImportPlan.Held::reason).hasSize(2);
    assertThat(held.held().getFirst().reason()).contains("100 times off", "was 3 for 1000000");
    ImportPlan confirmed = plan(standing, Set.of("openai/m"), input, output);
    assertThat(confirmed.held()).isEmpty();
    assertThat(confirmed.additions()).hasSize(2);
    assertThat(confirmed.superseded()).containsExactly(standing.getFirst());
  }

  @Test
  void aNewModelsInputAndOutputAreEachOthersNeighbours() {
    ImportPlan far =
        plan(
            List.of(),
            Set.of(),
            price("input", "0.5", MARCH, Instant.MAX),
            price("output", "50", MARCH, Instant.MAX));
    assertThat(far.held()).hasSize(2);
    ImportPlan near =
        plan(
            List.of(),
            Set.of(),
            price("input", "0.5", MARCH, Instant.MAX),
            price("output", "49.9", MARCH, Instant.MAX));
    assertThat(near.held()).isEmpty();
    assertThat(near.additions()).hasSize(2);
  }

  @Test
  void aPriceThatBecomesFreeOrWasDeactivatedIsHeld() {
    ImportPlan free =
        plan(
            List.of(standing(1, "3", Instant.MIN, Instant.MAX)),
            Set.of(),
            price("0", MARCH, Instant.MAX));
    assertThat(free.held().getFirst().reason()).startsWith("becomes free");
    StandingPrice off = new StandingPrice(7, price("3", Instant.MIN, Instant.MAX), false);
    ImportPlan back = plan(List.of(off), Set.of(), price("3", MARCH, Instant.MAX));
    assertThat(back.held().getFirst().reason()).contains("7 was deactivated on purpose");
  }

  @Test
  void modelsThatALaterListLacksEndOnlyOnDemand() {
    List<StandingPrice> standing = List.of(standing(1, "3", JANUARY, Instant.MAX));
    var planner = new ImportPlan.Planner(standing, List.of(), Set.of());
    assertThat(planner.plan(List.of(), List.of(), MARCH, "").isEmpty()).isTrue();
    ImportPlan ended = planner.plan(List.of(), List.of(), MARCH, "genai-prices");
    assertThat(ended.missing()).isEqualTo(standing);
    assertThat(ended.remainders())
        .extracting(left -> left.price().effective())
        .containsExactly(new EffectiveRange(JANUARY, MARCH));
  }
}
