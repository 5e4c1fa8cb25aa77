package io.llmcost.recorder.ledger;

import static io.llmcost.recorder.ledger.Readings.costing;
import static org.assertj.core.api.Assertions.assertThat;

import io.llmcost.recorder.Costed;
import io.llmcost.schemas.CostStatuses;
import io.llmcost.schemas.UsageSources;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class DecisionsTest {
  private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
  private static final UUID REPRICING = UUID.fromString("0198c0de-0000-7000-8000-0000000000aa");
  private static final UUID OTHER = UUID.fromString("0198c0de-0000-7000-8000-0000000000cc");

  private final Costed event = Costed.at(NOON);
  private final MemoryLedger ledger = new MemoryLedger();

  @Test
  void aNewEventIsRecordedAndARedeliveryAddsNothing() {
    assertThat(outcomes(event)).containsExactly(Outcome.RECORDED);
    assertThat(outcomes(event)).containsExactly(Outcome.ALREADY_RECORDED);

    assertThat(ledger.total()).isEqualTo(costing(event).amounts());
  }

  @Test
  void theFirstPricingWinsAndTheDifferenceIsTold() {
    ledger.write(List.of(costing(event)));

    List<Verdict> verdicts = ledger.write(List.of(costing(event.withPrice("3"))));

    assertThat(verdicts).containsExactly(new Verdict.AlreadyRecorded(true));
    assertThat(ledger.total().totalCost()).isEqualByComparingTo(event.total());
    assertThat(ledger.counts.priceDiffers()).isEqualTo(1);
  }

  @Test
  void anotherUsageOfTheSameEventIsAConflict() {
    ledger.write(List.of(costing(event)));

    List<Verdict> verdicts = ledger.write(List.of(costing(event.withTokens(1_201, 34))));

    assertThat(causes(verdicts)).containsExactly(Refusal.Cause.CONFLICT);
    assertThat(ledger.total()).isEqualTo(costing(event).amounts());
  }

  @Test
  void duplicatesAndConflictsAreFoundWithinOneBatch() {
    assertThat(outcomes(event, event, event.withTokens(1, 1)))
        .containsExactly(Outcome.RECORDED, Outcome.ALREADY_RECORDED, Outcome.DEAD_LETTERED);
  }

  @Test
  void aRepricingWritesTargetMinusCurrent() {
    Costed target = event.withPrice("3").repricedBy(REPRICING);
    ledger.write(List.of(costing(event)));

    List<Verdict> verdicts = ledger.write(List.of(costing(target)));

    assertThat(verdicts).singleElement().isInstanceOf(Verdict.Revision.class);
    Verdict.Revision revision = (Verdict.Revision) verdicts.getFirst();
    assertThat(revision.revision()).isEqualTo(1);
    assertThat(revision.difference().requests()).isZero();
    assertThat(revision.difference().totalCost())
        .isEqualByComparingTo(target.total().subtract(event.total()));
    assertThat(ledger.total().totalCost()).isEqualByComparingTo(target.total());
    assertThat(outcomes(target)).containsExactly(Outcome.ALREADY_RECORDED);
  }

  @Test
  void aRepricingThatMovesNothingWritesNothing() {
    ledger.write(List.of(costing(event)));

    assertThat(outcomes(event.repricedBy(REPRICING))).containsExactly(Outcome.UNCHANGED);
    assertThat(ledger.histories)
        .hasEntrySatisfying(event.id(), history -> assertThat(history.revisions()).hasSize(1));
  }

  @Test
  void aRepricingThatMovedNothingStaysSoAfterAnother() {
    Costed unchanged = event.repricedBy(REPRICING);
    Costed other =
        event.withPrice("3").repricedBy(UUID.fromString("0198c0de-0000-7000-8000-0000000000bb"));

    assertThat(outcomes(event, unchanged, other))
        .containsExactly(Outcome.RECORDED, Outcome.UNCHANGED, Outcome.RECORDED);
    assertThat(outcomes(unchanged)).containsExactly(Outcome.ALREADY_RECORDED);
    assertThat(outcomes(other, unchanged, other)).containsOnly(Outcome.ALREADY_RECORDED);
    assertThat(ledger.total().totalCost()).isEqualByComparingTo(other.total());
  }

  @Test
  void aRepricingMovesTheCountsToo() {
    Costed unpriced = event.withPrice("0").withCostStatus(CostStatuses.UNPRICED);
    ledger.write(List.of(costing(unpriced)));
    assertThat(ledger.total().unpricedRequests()).isEqualTo(1);

    ledger.write(List.of(costing(event.repricedBy(REPRICING))));

    assertThat(ledger.total().unpricedRequests()).isZero();
    assertThat(ledger.rollupTotal()).isEqualTo(ledger.total());
  }

  @Test
  void aRepricingInItsOriginalsOwnBatchIsARevisionOfIt() {
    Costed target = event.withPrice("3").repricedBy(REPRICING);

    assertThat(outcomes(event, target)).containsExactly(Outcome.RECORDED, Outcome.RECORDED);
    assertThat(ledger.total().totalCost()).isEqualByComparingTo(target.total());
    assertThat(ledger.rollupTotal()).isEqualTo(ledger.total());
  }

  @Test
  void aRepricingOfAnUnknownEventIsADeadLetter() {
    List<Verdict> verdicts = ledger.write(List.of(costing(event.repricedBy(REPRICING))));

    assertThat(causes(verdicts)).containsExactly(Refusal.Cause.UNKNOWN_EVENT);
  }

  @Test
  void aCorrectionWritesItsUsageAndARepricingOfTheOldUsageNoLongerApplies() {
    Costed corrected = event.withTokens(10, 1).repricedBy(REPRICING);
    ledger.write(List.of(costing(event), Readings.correction(corrected, event)));
    assertThat(ledger.total()).isEqualTo(costing(corrected).amounts());
    assertThat(ledger.rollupTotal()).isEqualTo(ledger.total());

    List<Verdict> late = ledger.write(List.of(costing(event.withPrice("9").repricedBy(OTHER))));
    assertThat(causes(late)).containsExactly(Refusal.Cause.CONFLICT);
    assertThat(outcomes(corrected.withPrice("9").repricedBy(OTHER)))
        .containsExactly(Outcome.RECORDED);
    assertThat(outcomes(event)).containsExactly(Outcome.ALREADY_RECORDED);
  }

  @Test
  void ofTwoCorrectionsOfTheSameUsageTheFirstOneHolds() {
    Costed one = event.withTokens(10, 1).repricedBy(REPRICING);
    ledger.write(List.of(costing(event), Readings.correction(one, event)));

    List<Verdict> second =
        ledger.write(
            List.of(Readings.correction(event.withTokens(11, 1).repricedBy(OTHER), event)));

    assertThat(causes(second)).containsExactly(Refusal.Cause.CONFLICT);
    assertThat(ledger.total()).isEqualTo(costing(one).amounts());
    assertThat(ledger.write(List.of(Readings.correction(one, event))).getFirst().outcome())
        .isEqualTo(Outcome.ALREADY_RECORDED);
  }

  @Test
  void aCorrectionThatCostsTheSameIsARevisionAllTheSame() {
    Costed free = event.withPrice("0").withTokens(5, 0);
    Costed same = free.withTokens(5, 0).withModel("gpt-other").repricedBy(REPRICING);

    ledger.write(List.of(costing(free)));
    Verdict verdict = ledger.write(List.of(Readings.correction(same, free))).getFirst();

    assertThat(verdict).isInstanceOf(Verdict.Revision.class);
    assertThat(((Verdict.Revision) verdict).difference().isZero()).isTrue();
  }

  @Test
  void aVoidTakesTheCountsBackAndACorrectionOfItCountsAgain() {
    ledger.write(List.of(costing(event), Readings.voidOf(event, REPRICING)));
    assertThat(ledger.total().isZero()).isTrue();
    assertThat(ledger.rollupTotal().isZero()).isTrue();

    assertThat(outcomes(event)).containsExactly(Outcome.ALREADY_RECORDED);
    assertThat(ledger.total().isZero()).isTrue();
  }

  @Test
  void theProvidersUsageDoesNotOverruleACorrectionUnseen() {
    Costed estimate = event.withUsageSource(UsageSources.ESTIMATED).withTokens(1_000, 30);
    Costed corrected = estimate.withTokens(10, 1).repricedBy(REPRICING);
    ledger.write(List.of(costing(estimate), Readings.correction(corrected, estimate)));

    assertThat(causes(ledger.write(List.of(costing(event)))))
        .containsExactly(Refusal.Cause.CONFLICT);
    assertThat(ledger.total()).isEqualTo(costing(corrected).amounts());
  }

  @Test
  void theProvidersUsageTakesAnEstimatesPlaceOnce() {
    Costed estimate = event.withUsageSource(UsageSources.ESTIMATED).withTokens(1_000, 30);
    ledger.write(List.of(costing(estimate)));

    assertThat(outcomes(event)).containsExactly(Outcome.RECORDED);
    assertThat(ledger.total()).isEqualTo(costing(event).amounts());
    assertThat(ledger.rollupTotal()).isEqualTo(ledger.total());

    assertThat(outcomes(event, estimate))
        .containsExactly(Outcome.ALREADY_RECORDED, Outcome.ALREADY_RECORDED);
    assertThat(outcomes(event.withTokens(7, 7))).containsExactly(Outcome.DEAD_LETTERED);
    assertThat(outcomes(estimate.withTokens(8, 8))).containsExactly(Outcome.ALREADY_RECORDED);
    assertThat(ledger.total()).isEqualTo(costing(event).amounts());
  }

  @Test
  void anEstimateAfterTheProvidersUsageAddsNothing() {
    Costed estimate = event.withUsageSource(UsageSources.ESTIMATED).withTokens(1_000, 30);

    assertThat(outcomes(event, estimate))
        .containsExactly(Outcome.RECORDED, Outcome.ALREADY_RECORDED);
  }

  @Test
  void anotherEstimateIsAConflict() {
    Costed estimate = event.withUsageSource(UsageSources.ESTIMATED);

    assertThat(outcomes(estimate, estimate.withTokens(9, 9)))
        .containsExactly(Outcome.RECORDED, Outcome.DEAD_LETTERED);
  }

  @Test
  void aRevisionIsCountedUnderItsOriginalsDimensions() {
    Costed estimate =
        event.withUsageSource(UsageSources.ESTIMATED).withModel("gpt-4.1-alias").withTokens(9, 9);
    ledger.write(List.of(costing(estimate)));

    ledger.write(List.of(costing(event)));

    assertThat(ledger.rollups.keySet())
        .singleElement()
        .extracting(RollupKey::model)
        .isEqualTo("gpt-4.1-alias");
  }

  @Test
  void amountsBelowTheFloatingPointsPrecisionAddUp() {
    Costed tiny = event.withTokens(1, 0).withPrice("0.000000000001");
    BigDecimal one = tiny.total();
    for (int i = 0; i < 1_000; i++) {
      ledger.write(List.of(costing(Costed.at(NOON).withTokens(1, 0).withPrice("0.000000000001"))));
    }

    assertThat(ledger.total().totalCost())
        .isEqualByComparingTo(one.multiply(new BigDecimal(1_000)));
    assertThat(one).isEqualByComparingTo("0.000000000000000001");
  }

  private List<Outcome> outcomes(Costed... events) {
    List<Costing> batch = Arrays.stream(events).map(Readings::costing).toList();
    return ledger.write(batch).stream().map(Verdict::outcome).toList();
  }

  private static List<Refusal.Cause> causes(List<Verdict> verdicts) {
    return verdicts.stream().map(verdict -> ((Verdict.Refused) verdict).refusal().cause()).toList();
  }
}
