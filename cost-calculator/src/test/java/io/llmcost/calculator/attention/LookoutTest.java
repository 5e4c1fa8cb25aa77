package io.llmcost.calculator.attention;

import static io.llmcost.calculator.pricing.Books.item;
import static org.assertj.core.api.Assertions.assertThat;

import io.llmcost.calculator.costing.CompletionCosting;
import io.llmcost.calculator.pricing.Books;
import io.llmcost.calculator.pricing.PriceBook;
import io.llmcost.schemas.EventIds;
import io.llmcost.schemas.LlmRequestCompleted;
import io.llmcost.schemas.LlmRequestCosted;
import io.llmcost.schemas.Meters;
import io.llmcost.schemas.ReportedCost;
import io.llmcost.schemas.Statuses;
import io.llmcost.schemas.UsageItem;
import io.llmcost.schemas.UsageSources;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LookoutTest {

  private static final Instant AT = Instant.parse("2026-11-24T09:59:59Z");
  private static final PriceBook BOOK =
      new Books()
          .model("gpt-4")
          .costs("30")
          .model("gpt-4")
          .meter(Meters.OUTPUT)
          .costs("60")
          .globalDefault()
          .costs("10")
          .build();

  private final Lookout lookout = new Lookout(100, new BigDecimal("5"));
  private final List<Sighting> sightings = new ArrayList<>();

  private static LlmRequestCompleted completed(@Nullable String model, UsageItem... usage) {
    return LlmRequestCompleted.newBuilder()
        .setEventId(EventIds.derive(AT, "test", "1").toString())
        .setOccurredAt(AT)
        .setSource("test")
        .setProvider("openai")
        .setModel(model)
        .setModelRequested("asked-for")
        .setStatus(Statuses.SUCCEEDED)
        .setUsage(List.of(usage))
        .setUsageSource(usage.length == 0 ? UsageSources.NONE : UsageSources.PROVIDER)
        .build();
  }

  private void look(LlmRequestCompleted completed) {
    var outcome = new CompletionCosting(Clock.fixed(AT, ZoneOffset.UTC)).cost(completed, BOOK);
    LlmRequestCosted event = ((CompletionCosting.Outcome.Costed) outcome).event();
    lookout.look(new Sighting.Place(0, 1, AT), event, sightings);
  }

  private static ReportedCost reported(String amount, String currency) {
    return ReportedCost.newBuilder()
        .setAmount(new BigDecimal(amount).setScale(18))
        .setCurrency(currency)
        .build();
  }

  @Test
  void whatIsPricedGivesNoReason() {
    look(completed("gpt-4", item("input", "1000"), item("output", "10")));
    assertThat(sightings).isEmpty();
  }

  @Test
  void linesAreTheirOwnModelsConcernEachByItsStatus() {
    look(
        completed(
            "gpt-9",
            item("input", "1000"),
            item("output", "10"),
            item("web_search", "2"),
            item("input", "7", "helper"),
            item("input", "5", "gpt-4")));
    assertThat(sightings)
        .extracting(
            seen -> seen.subject().model(),
            seen -> seen.subject().concern(),
            Sighting::tokens,
            seen -> seen.amount().stripTrailingZeros().toPlainString(),
            Sighting::meters)
        .containsExactlyInAnyOrder(
            org.assertj.core.groups.Tuple.tuple(
                "gpt-9", Concern.UNPRICED, 10L, "0", java.util.Set.of("output", "web_search")),
            org.assertj.core.groups.Tuple.tuple(
                "gpt-9", Concern.FALLBACK, 1000L, "0.01", java.util.Set.of("input")),
            org.assertj.core.groups.Tuple.tuple(
                "helper", Concern.FALLBACK, 7L, "0.00007", java.util.Set.of("input")));
  }

  @Test
  void anAnswerWithoutUsageIsNoMatterOfPrices() {
    look(completed(null));
    assertThat(sightings)
        .singleElement()
        .satisfies(
            seen -> {
              assertThat(seen.subject().concern()).isEqualTo(Concern.NO_USAGE);
              assertThat(seen.subject().model()).isEqualTo("asked-for");
            });
  }

  @Test
  void aCostFarAboveTheUsualIsAnOutlierOnceTheUsualIsKnown() {
    look(completed("gpt-4", item("input", "1000000")));
    for (int i = 0; i < 99; i++) {
      look(completed("gpt-4", item("input", "100")));
    }
    assertThat(sightings).isEmpty();
    // The usual is about 0.3 by now, for the first request was large.
    look(completed("gpt-4", item("input", "900000")));
    assertThat(sightings).isEmpty();
    look(completed("gpt-4", item("input", "9000000")));
    assertThat(sightings)
        .singleElement()
        .satisfies(seen -> assertThat(seen.subject().concern()).isEqualTo(Concern.OUTLIER));
  }

  @Test
  void cheapRequestsAreNeverOutliers() {
    for (int i = 0; i < 200; i++) {
      look(completed("gpt-4", item("input", "1")));
    }
    look(completed("gpt-4", item("input", "300")));
    assertThat(sightings).isEmpty();
    look(completed("gpt-4", item("input", "400")));
    assertThat(sightings).hasSize(1);
  }

  @Test
  void aReportedCostBeyondTheToleranceIsASighting() {
    LlmRequestCompleted within = completed("gpt-4", item("input", "1000"));
    within.setProviderReportedCost(reported("0.0288", "USD"));
    look(within);
    LlmRequestCompleted otherCurrency = completed("gpt-4", item("input", "1000"));
    otherCurrency.setProviderReportedCost(reported("3", "EUR"));
    look(otherCurrency);
    assertThat(sightings).isEmpty();
    LlmRequestCompleted off = completed("gpt-4", item("input", "1000"));
    off.setProviderReportedCost(reported("0.0284", "USD"));
    look(off);
    assertThat(sightings)
        .singleElement()
        .satisfies(
            seen -> {
              assertThat(seen.subject().concern()).isEqualTo(Concern.REPORTED_COST);
              assertThat(seen.amount()).isEqualByComparingTo("0.03");
              assertThat(seen.reported()).isEqualByComparingTo("0.0284");
            });
  }
}
