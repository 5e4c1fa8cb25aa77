package io.llmcost.calculator.pricebook;

import static io.llmcost.calculator.pricing.Books.item;
import static org.assertj.core.api.Assertions.assertThat;

import io.llmcost.calculator.pricing.Alias;
import io.llmcost.calculator.pricing.Price;
import io.llmcost.calculator.pricing.PriceBook;
import io.llmcost.calculator.pricing.PriceKey;
import io.llmcost.calculator.pricing.PricedLine;
import io.llmcost.calculator.pricing.PricedLine.Fallback;
import io.llmcost.calculator.pricing.PricedLine.Priced;
import io.llmcost.calculator.pricing.Pricer;
import io.llmcost.calculator.pricing.PricingQuestion;
import io.llmcost.schemas.Meters;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The files that ship: readable, without overlaps, and saying what the providers charge. */
class ShippedPricesTest {

  private static final List<NewPrice> PRICES = prices();
  private static final List<NewAlias> ALIASES = aliases();
  private static final PriceBook BOOK = book();
  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

  private static Reader open(String name) {
    InputStream stream = ShippedPricesTest.class.getResourceAsStream("/pricebook/" + name);
    return new InputStreamReader(Objects.requireNonNull(stream), StandardCharsets.UTF_8);
  }

  private static List<NewPrice> prices() {
    try (Reader file = open("prices.csv")) {
      return PriceFile.prices(file, new PriceRules("USD"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static List<NewAlias> aliases() {
    try (Reader file = open("aliases.csv")) {
      return PriceFile.aliases(file);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static PriceBook book() {
    List<Price> stored = new ArrayList<>();
    for (NewPrice price : PRICES) {
      stored.add(
          new Price(
              stored.size() + 1L, price.key(), price.unitPrice(), price.unit(), price.effective()));
    }
    List<Alias> aliases = ALIASES.stream().map(NewAlias::alias).toList();
    return PriceBook.of(1, "USD", stored, aliases);
  }

  private static PricedLine millionOf(
      String provider,
      String model,
      String meter,
      @Nullable String tier,
      Instant at,
      long context) {
    var question =
        new PricingQuestion(
            provider, model, null, tier, null, at, context, List.of(item(meter, "1000000")));
    return Pricer.price(BOOK, question).getFirst();
  }

  @ParameterizedTest
  @CsvSource({
    "openai, gpt-3.5-turbo, 0.5, 1.5",
    "openai, gpt-4, 30, 60",
    "openai, gpt-4-0613, 30, 60",
    "openai, gpt-4-turbo-2024-04-09, 10, 30",
    "openai, gpt-4o, 2.5, 10",
    "openai, gpt-4o-2024-08-06, 2.5, 10",
    "openai, gpt-4o-2024-05-13, 5, 15",
    "openai, gpt-4o-mini-2024-07-18, 0.15, 0.6",
    "openai, gpt-4.1-mini, 0.4, 1.6",
    "openai, o1, 15, 60",
    "openai, o3, 2, 8",
    "openai, o4-mini, 1.1, 4.4",
    "openai, gpt-5, 1.25, 10",
    "openai, gpt-5-nano-2025-08-07, 0.05, 0.4",
    "openai, gpt-5.6-terra, 2, 12",
    "anthropic, claude-3-haiku-20240307, 0.25, 1.25",
    "anthropic, claude-3-5-sonnet-20241022, 3, 15",
    "anthropic, claude-3-7-sonnet-latest, 3, 15",
    "anthropic, claude-sonnet-4-20250514, 3, 15",
    "anthropic, claude-opus-4-1-20250805, 15, 75",
    "anthropic, claude-haiku-4-5-20251001, 1, 5",
    "anthropic, claude-opus-5-5, 4, 20",
    "gemini, gemini-1.5-pro-002, 1.25, 5",
    "gemini, gemini-2.0-flash-001, 0.1, 0.4",
    "gemini, gemini-2.5-flash, 0.3, 2.5",
    "gemini, gemini-2.5-pro, 1.25, 10",
    "gemini, gemini-3-pro-preview, 2, 12",
    "vertex, gemini-2.5-pro, 1.25, 10",
    "azure, gpt-4o, 2.5, 10",
    "bedrock, eu.anthropic.claude-sonnet-4-5-20250929-v1:0, 3.3, 16.5",
    "bedrock, global.anthropic.claude-sonnet-4-5-20250929-v1:0, 3, 15",
    "mistral, mistral-large-2411, 2, 6",
    "deepseek, deepseek-reasoner, 0.55, 2.19",
    "groq, llama-3.3-70b-versatile, 0.59, 0.79",
    "xai, grok-4-0709, 3, 15",
    "openrouter, anthropic/claude-sonnet-4.5, 3, 15",
  })
  void modelsThatPeopleUseCostWhatTheirProvidersAsk(
      String provider, String model, String input, String output) {
    PricedLine in = millionOf(provider, model, Meters.INPUT, null, NOW, 1_000);
    PricedLine out = millionOf(provider, model, Meters.OUTPUT, null, NOW, 1_000);
    assertThat(in).isInstanceOf(Priced.class);
    assertThat(in.amount()).isEqualByComparingTo(input);
    assertThat(out.amount()).isEqualByComparingTo(output);
  }

  @ParameterizedTest
  @CsvSource({
    "anthropic, claude-sonnet-4-5, input_cache_read, , 1000, 0.3",
    "anthropic, claude-sonnet-4-5, input_cache_write_5m, , 1000, 3.75",
    "anthropic, claude-sonnet-4-5, input_cache_write_1h, , 1000, 6",
    "anthropic, claude-sonnet-4-5, input_cache_write_1h, , 200001, 12",
    "anthropic, claude-sonnet-4-5, output, , 200000, 15",
    "anthropic, claude-sonnet-4-5, output, , 200001, 22.5",
    "anthropic, claude-sonnet-4-5, output, batch, 1000, 7.5",
    "openai, gpt-4o, input_cache_read, , 1000, 1.25",
    "openai, gpt-4o, input, batch, 1000, 1.25",
    "openai, gpt-5, input, flex, 1000, 0.625",
    "openai, gpt-5, output, priority, 1000, 20",
    "openai, gpt-5.4, input, default, 271999, 2.5",
    "openai, gpt-5.4, input, default, 272000, 5",
    "gemini, gemini-2.5-pro, output, , 200001, 15",
    "gemini, gemini-3.1-pro-preview, input, priority, 200001, 7.2",
  })
  void cachesTiersAndThresholdsHaveTheirRates(
      String provider,
      String model,
      String meter,
      @Nullable String tier,
      long context,
      String price) {
    PricedLine line = millionOf(provider, model, meter, tier, NOW, context);
    assertThat(line)
        .isInstanceOfSatisfying(
            Priced.class, priced -> assertThat(priced.rate().meter()).isEqualTo(meter));
    assertThat(line.amount()).isEqualByComparingTo(price);
  }

  @Test
  void atLeastThreeHundredModelsOfFifteenProvidersShip() {
    assertThat(PRICES.stream().map(price -> price.key().provider()).distinct().count())
        .isGreaterThanOrEqualTo(15);
    assertThat(
            PRICES.stream()
                .map(price -> price.key().provider() + "/" + price.key().match().value())
                .distinct()
                .count())
        .isGreaterThanOrEqualTo(300);
  }

  @Test
  void gpt4IsPricedSinceItsFirstDayAndFallbackBefore() {
    Instant first = Instant.parse("2023-03-14T00:00:00Z");
    assertThat(millionOf("openai", "gpt-4", "input", null, first, 10))
        .isInstanceOfSatisfying(
            Priced.class, line -> assertThat(line.amount()).isEqualByComparingTo("30"));
    assertThat(millionOf("openai", "gpt-4", "input", null, first.minusNanos(1_000), 10))
        .isInstanceOf(Fallback.class);
  }

  @Test
  void whatNobodyKnowsIsAFallbackAtAnyTime() {
    Instant longAgo = Instant.parse("2020-01-01T00:00:00Z");
    assertThat(millionOf("acme", "no-such-model", "input", null, longAgo, 10).amount())
        .isEqualByComparingTo("10");
    assertThat(millionOf("openai", "no-such-model", "output_reasoning", "flex", NOW, 10))
        .isInstanceOfSatisfying(
            Fallback.class, line -> assertThat(line.amount()).isEqualByComparingTo("30"));
  }

  @Test
  void rangesOfOneKeyDoNotOverlap() {
    Map<PriceKey, List<NewPrice>> byKey = new HashMap<>();
    for (NewPrice price : PRICES) {
      List<NewPrice> others = byKey.computeIfAbsent(price.key(), key -> new ArrayList<>());
      assertThat(others)
          .as("overlaps of %s", price)
          .noneMatch(other -> other.effective().overlaps(price.effective()));
      others.add(price);
    }
  }

  @Test
  void everyRateSaysWhereItComesFromAndEveryAliasLeadsToAModel() {
    assertThat(PRICES)
        .hasSizeGreaterThan(1_000)
        .allSatisfy(
            price -> {
              assertThat(price.source()).isNotEqualTo("manual");
              assertThat(price.sourceDate()).isNotNull();
              assertThat(price.description()).isNotBlank();
            });
    List<String> models =
        PRICES.stream().map(p -> p.key().provider() + "/" + p.key().match().value()).toList();
    assertThat(ALIASES)
        .allSatisfy(
            alias ->
                assertThat(models)
                    .contains(alias.alias().provider() + "/" + alias.alias().model()));
  }
}
