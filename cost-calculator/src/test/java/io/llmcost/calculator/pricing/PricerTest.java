package io.llmcost.calculator.pricing;

import static io.llmcost.calculator.pricing.Books.item;
import static org.assertj.core.api.Assertions.assertThat;

import io.llmcost.calculator.pricing.PricedLine.Fallback;
import io.llmcost.calculator.pricing.PricedLine.Free;
import io.llmcost.calculator.pricing.PricedLine.Priced;
import io.llmcost.calculator.pricing.PricedLine.Unpriced;
import io.llmcost.schemas.Meters;
import io.llmcost.schemas.UsageItem;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PricerTest {

  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final UsageItem MILLION = item(Meters.INPUT, "1000000");

  private record Asked(@Nullable String tier, @Nullable String region, @Nullable Long context) {}

  private static final Asked PLAIN = new Asked(null, null, null);

  private static PricedLine line(Books books, String model, UsageItem item) {
    return line(books, model, item, PLAIN, NOON);
  }

  private static PricedLine line(
      Books books, String model, UsageItem item, Asked asked, Instant at) {
    var question =
        new PricingQuestion(
            "openai", model, null, asked.tier, asked.region, at, asked.context, List.of(item));
    return Pricer.price(books.build(), question).getFirst();
  }

  private static String amount(PricedLine line) {
    return line.amount().stripTrailingZeros().toPlainString();
  }

  @Test
  void exactModelIsChargedAtItsOwnRate() {
    PricedLine line =
        line(new Books().model("gpt-4").costs("30"), "gpt-4", item("input", "1234567"));
    assertThat(line).isInstanceOf(Priced.class);
    assertThat(line.amount()).isEqualTo(new BigDecimal("37.037010000000000000"));
  }

  @Test
  void letterCaseOfModelAndProviderDoesNotMatter() {
    var question =
        new PricingQuestion("OpenAI", "GPT-4", null, null, null, NOON, null, List.of(MILLION));
    assertThat(Pricer.price(new Books().model("gpt-4").costs("30").build(), question))
        .singleElement()
        .isInstanceOf(Priced.class);
  }

  @Test
  void exactComesBeforeAliasPrefixAndPattern() {
    Books books =
        new Books()
            .pattern("gpt-.*")
            .costs("1")
            .prefix("gpt-4")
            .costs("2")
            .model("gpt-4o")
            .costs("3")
            .model("other")
            .costs("4")
            .alias("gpt-4o", "other");
    assertThat(amount(line(books, "gpt-4o", MILLION))).isEqualTo("3");
  }

  @Test
  void theMostSpecificOfAliasPrefixAndPatternWins() {
    Books books =
        new Books()
            .pattern("gpt-4o.*")
            .costs("1")
            .prefix("gpt-4o-2024")
            .costs("2")
            .prefix("gpt")
            .costs("5")
            .model("gpt-4o")
            .costs("3")
            .alias("gpt-4o-2024-08-06", "gpt-4o");
    assertThat(amount(line(books, "gpt-4o-2024-08-06", MILLION))).isEqualTo("3");
    assertThat(amount(line(books, "gpt-4o-2024-05-13", MILLION))).isEqualTo("2");
    assertThat(amount(line(books, "gpt-4o-mini", MILLION))).isEqualTo("1");
    assertThat(amount(line(books, "gpt-5", MILLION))).isEqualTo("5");
  }

  @Test
  void anAliasHoldsOnlyInItsRange() {
    Books books =
        new Books()
            .model("old")
            .costs("1")
            .model("new")
            .costs("2")
            .alias(
                ModelMatch.exactly("latest"),
                "old",
                new EffectiveRange(Instant.MIN, Instant.parse("2026-01-01T00:00:00Z")))
            .alias(
                ModelMatch.exactly("latest"),
                "new",
                new EffectiveRange(Instant.parse("2026-01-01T00:00:00Z"), Instant.MAX));
    assertThat(amount(line(books, "latest", MILLION, PLAIN, Instant.parse("2025-12-31T23:59:59Z"))))
        .isEqualTo("1");
    assertThat(amount(line(books, "latest", MILLION, PLAIN, Instant.parse("2026-01-01T00:00:00Z"))))
        .isEqualTo("2");
  }

  @Test
  void theNamedModelIsTriedBeforeTheRequestedOne() {
    PriceBook book = new Books().model("a").costs("1").model("b").costs("2").build();
    var both = new PricingQuestion("openai", "a", "b", null, null, NOON, null, List.of(MILLION));
    var unknownNamed =
        new PricingQuestion("openai", "a-2030", "b", null, null, NOON, null, List.of(MILLION));
    assertThat(amount(Pricer.price(book, both).getFirst())).isEqualTo("1");
    assertThat(amount(Pricer.price(book, unknownNamed).getFirst())).isEqualTo("2");
  }

  @Test
  void onlyDefaultEntriesAreFallbacks() {
    Books books = new Books().providerDefault().costs("5").globalDefault().costs("10");
    assertThat(line(books, "unheard-of", MILLION))
        .isInstanceOfSatisfying(Fallback.class, l -> assertThat(amount(l)).isEqualTo("5"));
    var elsewhere =
        new PricingQuestion("xai", "grok", null, null, null, NOON, null, List.of(MILLION));
    assertThat(Pricer.price(books.build(), elsewhere).getFirst())
        .isInstanceOfSatisfying(Fallback.class, l -> assertThat(amount(l)).isEqualTo("10"));
  }

  @Test
  void withoutADefaultEntryTheUnknownIsUnpricedNotZero() {
    assertThat(line(new Books().model("gpt-4").costs("30"), "unheard-of", MILLION))
        .isInstanceOf(Unpriced.class);
  }

  @Test
  void anUnknownMeterIsUnpricedEvenOfAKnownModel() {
    Books books = new Books().model("gpt-4").costs("30").globalDefault().costs("10");
    assertThat(line(books, "gpt-4", item("hologram_second", "3"))).isInstanceOf(Unpriced.class);
    assertThat(line(books, "gpt-4", item("input_smell", "3"))).isInstanceOf(Unpriced.class);
  }

  @Test
  void anExplicitZeroIsFree() {
    Books books = new Books().model("moderation").costs("0").globalDefault().costs("10");
    assertThat(line(books, "moderation", MILLION)).isInstanceOf(Free.class);
  }

  @Test
  void nothingUsedIsFreeWhateverItsPriceWouldBe() {
    assertThat(line(new Books(), "unheard-of", item("input", "0"))).isInstanceOf(Free.class);
  }

  @Test
  void missingCacheAndReasoningRatesAreSubstitutedByTheNearestAbove() {
    Books books =
        new Books()
            .model("m")
            .costs("10")
            .model("m")
            .meter(Meters.INPUT_AUDIO)
            .costs("40")
            .model("m")
            .meter(Meters.OUTPUT)
            .costs("30");
    assertThat(amount(line(books, "m", item(Meters.INPUT_CACHE_READ, "1000000")))).isEqualTo("10");
    assertThat(amount(line(books, "m", item(Meters.INPUT_CACHE_WRITE_1H, "1000000"))))
        .isEqualTo("10");
    assertThat(amount(line(books, "m", item(Meters.INPUT_AUDIO_CACHE_READ, "1000000"))))
        .isEqualTo("40");
    PricedLine reasoning = line(books, "m", item(Meters.OUTPUT_REASONING, "1000000"));
    assertThat(reasoning)
        .isInstanceOfSatisfying(
            Priced.class, l -> assertThat(l.rate().meter()).isEqualTo(Meters.OUTPUT));
    assertThat(amount(reasoning)).isEqualTo("30");
  }

  @Test
  void aModelsOwnBaseRateComesBeforeAnotherEntrysCacheRate() {
    Books books =
        new Books()
            .model("m")
            .costs("10")
            .prefix("m")
            .meter(Meters.INPUT_CACHE_READ)
            .costs("1")
            .globalDefault()
            .meter(Meters.INPUT_CACHE_READ)
            .costs("2");
    assertThat(amount(line(books, "m", item(Meters.INPUT_CACHE_READ, "1000000")))).isEqualTo("10");
  }

  @Test
  void thresholdIsACliffComparedWithTheLargestPrompt() {
    Books books =
        new Books()
            .model("m")
            .costs("3")
            .model("m")
            .above(200_000)
            .costs("6")
            .model("m")
            .meter(Meters.OUTPUT)
            .costs("15")
            .model("m")
            .meter(Meters.OUTPUT)
            .above(200_000)
            .costs("22.5");
    UsageItem output = item(Meters.OUTPUT, "1000000");
    Asked at = new Asked(null, null, 200_000L);
    Asked above = new Asked(null, null, 200_001L);
    assertThat(amount(line(books, "m", MILLION, at, NOON))).isEqualTo("3");
    assertThat(amount(line(books, "m", MILLION, above, NOON))).isEqualTo("6");
    assertThat(amount(line(books, "m", output, at, NOON))).isEqualTo("15");
    assertThat(amount(line(books, "m", output, above, NOON))).isEqualTo("22.5");
  }

  @Test
  void theHighestThresholdThatIsPassedCounts() {
    Books books =
        new Books()
            .model("m")
            .costs("1")
            .model("m")
            .above(128_000)
            .costs("2")
            .model("m")
            .above(256_000)
            .costs("4");
    assertThat(amount(line(books, "m", MILLION, new Asked(null, null, 200_000L), NOON)))
        .isEqualTo("2");
    assertThat(amount(line(books, "m", MILLION, new Asked(null, null, 300_000L), NOON)))
        .isEqualTo("4");
  }

  @Test
  void unknownContextIsTheGrossInputCacheIncluded() {
    PriceBook book = new Books().model("m").costs("3").model("m").above(200_000).costs("6").build();
    var below =
        new PricingQuestion(
            "openai",
            "m",
            null,
            null,
            null,
            NOON,
            null,
            List.of(item("input", "100000"), item(Meters.INPUT_CACHE_READ, "100000")));
    var above =
        new PricingQuestion(
            "openai",
            "m",
            null,
            null,
            null,
            NOON,
            null,
            List.of(item("input", "100000"), item(Meters.INPUT_CACHE_READ, "100001")));
    assertThat(amount(Pricer.price(book, below).getFirst())).isEqualTo("0.3");
    assertThat(amount(Pricer.price(book, above).getFirst())).isEqualTo("0.6");
  }

  @Test
  void itemsOfAnotherModelAreChargedAtThatModelsRatesAndThresholds() {
    PriceBook book =
        new Books()
            .model("main")
            .costs("1")
            .model("main")
            .above(1_000)
            .costs("2")
            .model("advisor")
            .costs("10")
            .model("advisor")
            .above(1_000)
            .costs("20")
            .build();
    var question =
        new PricingQuestion(
            "openai",
            "main",
            null,
            null,
            null,
            NOON,
            5_000L,
            List.of(item("input", "5000"), item("input", "900", "advisor")));
    List<PricedLine> lines = Pricer.price(book, question);
    assertThat(amount(lines.get(0))).isEqualTo("0.01");
    assertThat(amount(lines.get(1))).isEqualTo("0.009");
  }

  @Test
  void tierRegionAndWindowNarrowThePrice() {
    Books books =
        new Books()
            .model("m")
            .costs("10")
            .model("m")
            .tier("batch")
            .costs("5")
            .model("m")
            .region("us")
            .costs("11")
            .model("m")
            .window("16:30-00:30")
            .costs("7");
    assertThat(amount(line(books, "m", MILLION))).isEqualTo("10");
    assertThat(amount(line(books, "m", MILLION, new Asked("batch", null, null), NOON)))
        .isEqualTo("5");
    assertThat(amount(line(books, "m", MILLION, new Asked("batch", "US", null), NOON)))
        .as("region decides before the tier")
        .isEqualTo("11");
    assertThat(amount(line(books, "m", MILLION, PLAIN, Instant.parse("2026-03-01T00:29:59Z"))))
        .isEqualTo("7");
    assertThat(amount(line(books, "m", MILLION, PLAIN, Instant.parse("2026-03-01T00:30:00Z"))))
        .isEqualTo("10");
  }

  @Test
  void providersWordsForTheStandardTierMeetItsPrice() {
    Books books =
        new Books().model("m").tier("standard").costs("10").model("m").tier("flex").costs("5");
    for (String tier : new String[] {"default", "auto", "standard", "on_demand", "ON_DEMAND"}) {
      assertThat(amount(line(books, "m", MILLION, new Asked(tier, null, null), NOON)))
          .isEqualTo("10");
    }
    assertThat(amount(line(books, "m", MILLION, new Asked("ON_DEMAND_FLEX", null, null), NOON)))
        .isEqualTo("5");
    assertThat(line(books, "m", MILLION, new Asked("priority", null, null), NOON))
        .isInstanceOf(Unpriced.class);
  }

  @Test
  void theEventsOwnTimeDecidesWhichPriceHolds() {
    Books books =
        new Books()
            .model("o3")
            .to("2025-06-10T00:00:00Z")
            .costs("10")
            .model("o3")
            .from("2025-06-10T00:00:00Z")
            .costs("2")
            .globalDefault()
            .costs("99");
    assertThat(
            amount(line(books, "o3", MILLION, PLAIN, Instant.parse("2025-06-09T23:59:59.999999Z"))))
        .isEqualTo("10");
    assertThat(amount(line(books, "o3", MILLION, PLAIN, Instant.parse("2025-06-10T00:00:00Z"))))
        .isEqualTo("2");
  }

  @Test
  void beforeAModelsFirstPriceTheDefaultCoversIt() {
    Books books =
        new Books()
            .model("gpt-4")
            .from("2023-03-14T00:00:00Z")
            .costs("30")
            .globalDefault()
            .costs("10");
    assertThat(line(books, "gpt-4", MILLION, PLAIN, Instant.parse("2023-03-13T23:59:59Z")))
        .isInstanceOf(Fallback.class);
  }

  @Test
  void amountsEndInEighteenPlacesRoundedHalfEven() {
    Books books = new Books().model("w").meter(Meters.AUDIO_SECOND).per(3_600).costs("0.36");
    assertThat(line(books, "w", item(Meters.AUDIO_SECOND, "1.5")).amount())
        .isEqualTo(new BigDecimal("0.000150000000000000"));
    Books thirds = new Books().model("w").meter(Meters.AUDIO_SECOND).per(3_600).costs("1");
    assertThat(line(thirds, "w", item(Meters.AUDIO_SECOND, "1")).amount())
        .isEqualTo(new BigDecimal("0.000277777777777778"));
    Books tiny = new Books().model("t").costs("0.000000000000000005");
    assertThat(line(tiny, "t", item("input", "100000")).amount())
        .as("0.5e-18 is rounded to the even 0")
        .isEqualTo(new BigDecimal("0E-18"));
    assertThat(line(tiny, "t", item("input", "300000")).amount())
        .as("1.5e-18 is rounded to the even 2e-18")
        .isEqualTo(new BigDecimal("2E-18"));
  }

  @Test
  void inventedModelNamesDoNotGrowTheMemoryWithoutEnd() {
    PriceBook book = new Books().prefix("m").costs("1").build();
    for (int i = 0; i < 25_000; i++) {
      var question =
          new PricingQuestion("openai", "m" + i, null, null, null, NOON, null, List.of(MILLION));
      assertThat(amount(Pricer.price(book, question).getFirst())).isEqualTo("1");
    }
    assertThat(book.of("openai").cachedNames()).isLessThanOrEqualTo(10_001);
  }
}
