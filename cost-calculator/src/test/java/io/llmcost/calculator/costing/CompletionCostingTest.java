package io.llmcost.calculator.costing;

import static io.llmcost.calculator.pricing.Books.item;
import static org.assertj.core.api.Assertions.assertThat;

import io.llmcost.calculator.costing.CompletionCosting.Outcome;
import io.llmcost.calculator.pricing.Books;
import io.llmcost.calculator.pricing.PriceBook;
import io.llmcost.schemas.CompletionDigests;
import io.llmcost.schemas.CostLine;
import io.llmcost.schemas.CostStatuses;
import io.llmcost.schemas.EventIds;
import io.llmcost.schemas.LlmRequestCompleted;
import io.llmcost.schemas.LlmRequestCosted;
import io.llmcost.schemas.Meters;
import io.llmcost.schemas.Statuses;
import io.llmcost.schemas.UsageItem;
import io.llmcost.schemas.UsageSources;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class CompletionCostingTest {

  private static final Instant NOW = Instant.parse("2026-11-24T10:00:00.123456Z");
  private static final Instant AT = Instant.parse("2026-11-24T09:59:59Z");
  private static final PriceBook BOOK =
      new Books()
          .model("gpt-4")
          .costs("30")
          .model("gpt-4")
          .meter(Meters.OUTPUT)
          .costs("60")
          .model("gpt-4")
          .meter(Meters.WEB_SEARCH)
          .per(1_000)
          .costs("10")
          .model("free")
          .costs("0")
          .globalDefault()
          .costs("10")
          .build();

  private final CompletionCosting costing = new CompletionCosting(Clock.fixed(NOW, ZoneOffset.UTC));

  private static LlmRequestCompleted completed(String model, UsageItem... usage) {
    return LlmRequestCompleted.newBuilder()
        .setEventId(EventIds.derive(AT, "test", "1").toString())
        .setOccurredAt(AT)
        .setSource("test")
        .setProvider("openai")
        .setModel(model)
        .setStatus(Statuses.SUCCEEDED)
        .setUsage(List.of(usage))
        .build();
  }

  private LlmRequestCosted costed(LlmRequestCompleted completed) {
    return costed(completed, BOOK);
  }

  private LlmRequestCosted costed(LlmRequestCompleted completed, PriceBook book) {
    Outcome outcome = costing.cost(completed, book);
    assertThat(outcome).isInstanceOf(Outcome.Costed.class);
    return ((Outcome.Costed) outcome).event();
  }

  @Test
  void totalIsTheSumOfLinesAndPartsAreOfTheirMeters() {
    LlmRequestCosted event =
        costed(
            completed(
                "gpt-4",
                item("input", "1000"),
                item("output", "500"),
                item(Meters.WEB_SEARCH, "2")));
    assertThat(event.getPromptCost()).isEqualByComparingTo("0.03");
    assertThat(event.getCompletionCost()).isEqualByComparingTo("0.03");
    assertThat(event.getTotalCost()).isEqualByComparingTo("0.08").hasScaleOf(18);
    assertThat(event.getTotalCost())
        .isEqualByComparingTo(
            event.getLineItems().stream()
                .map(CostLine::getAmount)
                .reduce(BigDecimal.ZERO, BigDecimal::add));
    assertThat(event.getCostStatus()).isEqualTo(CostStatuses.PRICED);
    assertThat(event.getPriceBookVersion()).isEqualTo(7);
    assertThat(event.getCostedAt()).isEqualTo(NOW);
    assertThat(event.getRepricingId()).isNull();
    assertThat(event.getCompletionDigest()).isEqualTo(CompletionDigests.of(event.getCompleted()));
  }

  @Test
  void linesCarryTheirPriceToReadTheCostOff() {
    CostLine line = costed(completed("gpt-4", item("input", "1000"))).getLineItems().getFirst();
    assertThat(line.getUnitPrice()).isEqualByComparingTo("30").hasScaleOf(18);
    assertThat(line.getUnit()).isEqualTo(1_000_000);
    assertThat(line.getPriceId()).isEqualTo("1");
    assertThat(line.getStatus()).isEqualTo(CostStatuses.PRICED);
    assertThat(line.getRateSubstituted()).isFalse();
  }

  @Test
  void substitutedRatesAreFlaggedAndStayPriced() {
    CostLine line =
        costed(completed("gpt-4", item(Meters.OUTPUT_REASONING, "10"))).getLineItems().getFirst();
    assertThat(line.getStatus()).isEqualTo(CostStatuses.PRICED);
    assertThat(line.getRateSubstituted()).isTrue();
    assertThat(line.getMeter()).isEqualTo(Meters.OUTPUT_REASONING);
  }

  @Test
  void theWorstLineIsTheEventsStatus() {
    assertThat(
            costed(completed("gpt-4", item("input", "1"), item("hologram", "1"))).getCostStatus())
        .isEqualTo(CostStatuses.UNPRICED);
    assertThat(costed(completed("unheard-of", item("input", "1"))).getCostStatus())
        .isEqualTo(CostStatuses.FALLBACK);
    assertThat(costed(completed("free", item("input", "1"))).getCostStatus())
        .isEqualTo(CostStatuses.FREE);
    UsageItem ofAnother = item("input", "5");
    ofAnother.setModel("gpt-4");
    assertThat(costed(completed("free", item("input", "1"), ofAnother)).getCostStatus())
        .isEqualTo(CostStatuses.PRICED);
  }

  @Test
  void withoutLinesASuccessIsUnpricedAndAFailureFree() {
    LlmRequestCompleted unknown = completed("gpt-4");
    unknown.setUsageSource(UsageSources.NONE);
    assertThat(costed(unknown).getCostStatus()).isEqualTo(CostStatuses.UNPRICED);
    LlmRequestCompleted failed = completed("gpt-4");
    failed.setStatus(Statuses.FAILED);
    LlmRequestCosted event = costed(failed);
    assertThat(event.getCostStatus()).isEqualTo(CostStatuses.FREE);
    assertThat(event.getTotalCost()).isZero();
  }

  @Test
  void withTheDefaultEntryGoneTheUnknownIsUnpriced() {
    PriceBook book = new Books().model("gpt-4").costs("30").build();
    LlmRequestCosted event = costed(completed("no-such-model", item("input", "1000")), book);
    assertThat(event.getCostStatus()).isEqualTo(CostStatuses.UNPRICED);
    CostLine line = event.getLineItems().getFirst();
    assertThat(line.getUnitPrice()).isNull();
    assertThat(line.getPriceId()).isNull();
    assertThat(line.getAmount()).isZero();
  }

  @Test
  void aForeignIdBecomesAV7OneAndStaysFindable() {
    LlmRequestCompleted foreign = completed("gpt-4", item("input", "1"));
    foreign.setEventId("order-42");
    LlmRequestCompleted event = costed(foreign).getCompleted();
    assertThat(event.getEventId()).isEqualTo(EventIds.derive(AT, "test", "order-42").toString());
    assertThat(event.getExternalId()).isEqualTo("order-42");
  }

  @Test
  void anInvalidEventIsRefusedWithEveryReason() {
    LlmRequestCompleted invalid = completed("gpt-4", item("input", "-1"));
    invalid.setProvider(" ");
    assertThat(costing.cost(invalid, BOOK))
        .isInstanceOfSatisfying(
            Outcome.Refused.class,
            refused ->
                assertThat(refused.violations())
                    .extracting(v -> v.field())
                    .containsExactly("provider", "usage[0].quantity"));
  }

  @Test
  void theGreatestUsageThatTheRulesTakeFitsTheEventsDecimals() {
    PriceBook dear = new Books().model("m").meter(Meters.REQUEST).per(1).costs("1000").build();
    UsageItem[] most = new UsageItem[64];
    java.util.Arrays.fill(most, item(Meters.REQUEST, "1000000000000"));
    assertThat(costed(completed("m", most), dear).getTotalCost().precision())
        .isLessThanOrEqualTo(38);
  }
}
