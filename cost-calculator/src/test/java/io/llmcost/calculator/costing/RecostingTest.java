package io.llmcost.calculator.costing;

import static io.llmcost.calculator.pricing.Books.item;
import static org.assertj.core.api.Assertions.assertThat;

import io.llmcost.calculator.pricing.Books;
import io.llmcost.calculator.pricing.PriceBook;
import io.llmcost.schemas.CompletionDigests;
import io.llmcost.schemas.CostStatuses;
import io.llmcost.schemas.EventIds;
import io.llmcost.schemas.EventSchemas;
import io.llmcost.schemas.LlmRequestCompleted;
import io.llmcost.schemas.LlmRequestCosted;
import io.llmcost.schemas.Meters;
import io.llmcost.schemas.Sha256;
import io.llmcost.schemas.Statuses;
import io.llmcost.schemas.UsageItem;
import io.llmcost.schemas.UsageSources;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RecostingTest {
  private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
  private static final Instant AT = Instant.parse("2026-10-01T09:00:00Z");
  private static final UUID ID = UUID.fromString("0198c0de-0000-7000-8000-0000000000aa");
  private static final PriceBook OLD =
      new Books().model("m").costs("2").model("m").meter(Meters.OUTPUT).costs("10").build();
  private static final PriceBook NEW =
      new Books().model("m").costs("3").model("m").meter(Meters.OUTPUT).costs("10").build();

  private final CompletionCosting costing = new CompletionCosting(Clock.fixed(NOW, ZoneOffset.UTC));
  private final Recosting recosting = new Recosting(costing);

  @BeforeAll
  static void trustTheEvents() {
    EventSchemas.trust();
  }

  private static LlmRequestCompleted completed(UsageItem... usage) {
    return LlmRequestCompleted.newBuilder()
        .setEventId(EventIds.derive(AT, "test", "1").toString())
        .setOccurredAt(AT)
        .setSource("test")
        .setProvider("openai")
        .setModel("m")
        .setStatus(Statuses.SUCCEEDED)
        .setUsage(List.of(usage))
        .setContextTokens(1_000L)
        .build();
  }

  private static LlmRequestCompleted completed() {
    return completed(item(Meters.INPUT, "1000"), item(Meters.OUTPUT, "100"));
  }

  /** The event as a ledger has it that recorded {@code costed}. */
  private static PastEvent past(LlmRequestCosted costed) {
    return new PastEvent(
        UUID.fromString(costed.getCompleted().getEventId()),
        costed.getCompleted(),
        "m",
        costed.getCompletionDigest(),
        costed.getCostStatus(),
        CostSums.of(costed),
        null);
  }

  private PastEvent pastOf(LlmRequestCompleted completed, PriceBook book) {
    return past(((CompletionCosting.Outcome.Costed) costing.cost(completed, book)).event());
  }

  private static LlmRequestCosted target(Recosting.Outcome outcome) {
    assertThat(outcome).isInstanceOf(Recosting.Outcome.Changed.class);
    return ((Recosting.Outcome.Changed) outcome).target();
  }

  @Test
  void theTargetIsTheWholeCostByTheNewBookUnderTheRepricingsId() {
    LlmRequestCosted target = target(recosting.reprice(pastOf(completed(), OLD), ID, NEW));

    assertThat(target.getTotalCost()).isEqualByComparingTo("0.004");
    assertThat(target.getRepricingId()).isEqualTo(ID.toString());
    assertThat(target.getCorrects()).isNull();
    assertThat(target.getCompletionDigest()).isEqualTo(CompletionDigests.of(completed()));
    assertThat(target.getCompleted()).isEqualTo(completed());
  }

  @Test
  void whatCostsTheSameIsUnchanged() {
    assertThat(recosting.reprice(pastOf(completed(), OLD), ID, OLD))
        .isEqualTo(new Recosting.Outcome.Unchanged());
  }

  @Test
  void aStatusThatChangesAtTheSameCostIsAChange() {
    PriceBook free = new Books().model("m").costs("0").build();
    PriceBook none = new Books().build();
    PastEvent unpriced = pastOf(completed(item(Meters.INPUT, "5")), none);

    LlmRequestCosted target = target(recosting.reprice(unpriced, ID, free));

    assertThat(target.getCostStatus()).isEqualTo(CostStatuses.FREE);
    assertThat(target.getTotalCost()).isZero();
  }

  @Test
  void whatTheLedgerHasOfThisRepricingIsNotSentAgain() {
    PastEvent past = pastOf(completed(), OLD);
    PastEvent done =
        new PastEvent(
            past.eventId(),
            past.completed(),
            past.billedModel(),
            past.digest(),
            past.costStatus(),
            past.current(),
            new BigDecimal("0.001"));

    assertThat(recosting.reprice(done, ID, NEW))
        .isEqualTo(new Recosting.Outcome.Done(new BigDecimal("0.001")));
    assertThat(recosting.correct(done, ID, correction(past.digest()), NEW))
        .isInstanceOf(Recosting.Outcome.Done.class);
  }

  @Test
  void aCorrectionPricesItsUsageAndSaysWhatItTakesThePlaceOf() {
    PastEvent past = pastOf(completed(), OLD);

    LlmRequestCosted target =
        target(
            recosting.correct(past, ID, correction(past.digest(), item(Meters.INPUT, "10")), NEW));

    assertThat(target.getTotalCost()).isEqualByComparingTo("0.00003");
    assertThat(target.getCorrects()).isEqualTo(past.digest());
    assertThat(target.getCompletionDigest()).isNotEqualTo(past.digest());
    assertThat(target.getCompleted().getContextTokens()).as("another prompt").isNull();
    assertThat(past.completed().getUsage()).as("the original is left alone").hasSize(2);
  }

  @Test
  void theLargestPromptStaysWhereOnlyTheAnswerIsCorrected() {
    PastEvent past = pastOf(completed(), OLD);

    LlmRequestCosted target =
        target(
            recosting.correct(
                past,
                ID,
                correction(past.digest(), item(Meters.INPUT, "1000"), item(Meters.OUTPUT, "7")),
                NEW));

    assertThat(target.getCompleted().getContextTokens()).isEqualTo(1_000L);
  }

  @Test
  void aVoidIsNothingAtAllAndIsNotRepriced() {
    PastEvent past = pastOf(completed(), OLD);

    LlmRequestCosted target =
        target(recosting.correct(past, ID, new UsageCorrection(null, null, past.digest()), NEW));

    assertThat(target.getCostStatus()).isEqualTo(CostStatuses.VOID);
    assertThat(target.getTotalCost()).isZero();
    assertThat(target.getLineItems()).isEmpty();
    assertThat(target.getCompleted().getUsageSource()).isEqualTo(UsageSources.NONE);
    assertThat(CostSums.of(target).requests()).isZero();
    assertThat(recosting.reprice(past(target), ID, NEW))
        .isEqualTo(new Recosting.Outcome.Unchanged());
  }

  @Test
  void aCorrectionOfUsageThatWasReplacedMeanwhileFails() {
    assertThat(
            recosting.correct(
                pastOf(completed(), OLD), ID, correction(new Sha256(new byte[32])), NEW))
        .isInstanceOf(Recosting.Outcome.Failed.class);
  }

  @Test
  void aCorrectionToWhatIsThereChangesNothing() {
    PastEvent past = pastOf(completed(), OLD);

    assertThat(
            recosting.correct(
                past,
                ID,
                correction(past.digest(), item(Meters.INPUT, "1000"), item(Meters.OUTPUT, "100")),
                OLD))
        .isEqualTo(new Recosting.Outcome.Unchanged());
  }

  private static UsageCorrection correction(Sha256 basis, UsageItem... usage) {
    return new UsageCorrection(List.of(usage), null, basis);
  }
}
