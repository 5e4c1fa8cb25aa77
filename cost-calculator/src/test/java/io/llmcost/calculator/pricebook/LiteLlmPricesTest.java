package io.llmcost.calculator.pricebook;

import static io.llmcost.calculator.pricing.Books.item;
import static org.assertj.core.api.Assertions.assertThat;

import io.llmcost.calculator.pricelist.PriceLists;
import io.llmcost.calculator.pricing.Price;
import io.llmcost.calculator.pricing.PriceBook;
import io.llmcost.calculator.pricing.PricedLine;
import io.llmcost.calculator.pricing.PricedLine.Priced;
import io.llmcost.calculator.pricing.Pricer;
import io.llmcost.calculator.pricing.PricingQuestion;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A list in LiteLLM's form, imported: what is charged is what its own fields say. */
class LiteLlmPricesTest {

  static final String LIST =
      """
      {"sample_spec": {"litellm_provider": "one of …", "input_cost_per_token": 0},
       "long": {"litellm_provider": "openai", "mode": "chat",
         "input_cost_per_token": 5e-06, "output_cost_per_token": 3e-05,
         "input_cost_per_token_above_272k_tokens": 1e-05,
         "output_cost_per_token_above_272k_tokens": 4.5e-05,
         "input_cost_per_token_above_272k_tokens_priority": 2e-05,
         "input_cost_per_token_batches": 2.5e-06, "output_cost_per_token_batches": 1.5e-05,
         "input_cost_per_token_flex": 2e-06, "input_cost_per_token_priority": 1.2e-05,
         "cache_read_input_token_cost": 5e-07,
         "cache_read_input_token_cost_above_272k_tokens": 1e-06,
         "cache_creation_input_token_cost": 6.25e-06,
         "cache_creation_input_token_cost_above_1hr": 1e-05,
         "cache_creation_input_token_cost_above_1hr_above_200k_tokens": 2e-05,
         "output_cost_per_reasoning_token": 2.8999999999999997e-05,
         "regional_processing_uplift_multiplier_eu": 1.1,
         "search_context_cost_per_query": {"search_context_size_low": 0.03,
           "search_context_size_medium": 0.035, "search_context_size_high": 0.05}},
       "vertex_ai/spoken": {"litellm_provider": "vertex_ai-language-models", "mode": "chat",
         "input_cost_per_token": 1e-07, "output_cost_per_token": 4e-07,
         "input_cost_per_audio_token": 7e-07, "cache_read_input_audio_token_cost": 2e-07,
         "output_cost_per_audio_token": 2e-06, "input_cost_per_image_token": 3e-07,
         "output_cost_per_image_token": 3e-05, "output_cost_per_image": 0.039},
       "dashscope/steps": {"litellm_provider": "dashscope", "mode": "chat", "tiered_pricing": [
         {"range": [0, 256000.0], "input_cost_per_token": 5e-08, "output_cost_per_token": 4e-07},
         {"range": [256000.0, 1000000.0], "input_cost_per_token": 2.5e-07,
          "output_cost_per_token": 2e-06}]},
       "azure/eu/placed": {"litellm_provider": "azure", "mode": "chat",
         "input_cost_per_token": 2.75e-06, "output_cost_per_token": 1.1e-05},
       "bedrock/eu-west-1/1-month-commitment/rented": {"litellm_provider": "bedrock",
         "mode": "chat", "input_cost_per_second": 0.01},
       "heard": {"litellm_provider": "openai", "mode": "audio_transcription",
         "input_cost_per_second": 0.0001, "output_cost_per_second": 0.0001},
       "drawn": {"litellm_provider": "openai", "mode": "image_generation",
         "input_cost_per_image": 0.04},
       "ranked": {"litellm_provider": "cohere", "mode": "rerank", "input_cost_per_query": 0.002},
       "read": {"litellm_provider": "mistral", "mode": "ocr", "ocr_cost_per_page": 0.001}}
      """;

  /**
   * Provider, model, tier, region, meter, context tokens, and what its own fields make one cost.
   */
  static final String CASES =
      """
      openai, long, , , input, 271999, 0.000005
      openai, long, , , input, 272000, 0.000005
      openai, long, , , input, 272001, 0.00001
      openai, long, , , output, 272000, 0.00003
      openai, long, , , output, 272001, 0.000045
      openai, long, , , input_cache_read, 272000, 0.0000005
      openai, long, , , input_cache_read, 272001, 0.000001
      openai, long, , , input_cache_write_5m, 10, 0.00000625
      openai, long, , , input_cache_write_1h, 200000, 0.00001
      openai, long, , , input_cache_write_1h, 200001, 0.00002
      openai, long, , , output_reasoning, 10, 0.000029
      openai, long, batch, , input, 10, 0.0000025
      openai, long, batch, , output, 10, 0.000015
      openai, long, batch, , input, 272001, 0.00001
      openai, long, flex, , input, 272000, 0.000002
      openai, long, flex, , output, 10, 0.00003
      openai, long, priority, , input, 272000, 0.000012
      openai, long, priority, , input, 272001, 0.00002
      openai, long, , eu, input, 10, 0.0000055
      openai, long, , eu, input, 272001, 0.000011
      openai, long, batch, eu, input, 10, 0.00000275
      openai, long, , us, input, 10, 0.000005
      openai, long, , , web_search, 10, 0.035
      vertex, spoken, , , input_audio, 10, 0.0000007
      vertex, spoken, , , input_audio_cache_read, 10, 0.0000002
      vertex, spoken, , , output_audio, 10, 0.000002
      vertex, spoken, , , input_image, 10, 0.0000003
      vertex, spoken, , , output_image, 10, 0.00003
      dashscope, steps, , , input, 256000, 0.00000005
      dashscope, steps, , , input, 256001, 0.00000025
      dashscope, steps, , , output, 256001, 0.000002
      azure, placed, , eu, input, 10, 0.00000275
      openai, heard, , , audio_second, 10, 0.0001
      openai, drawn, , , image, 10, 0.04
      cohere, ranked, , , search_unit, 10, 0.002
      mistral, read, , , page, 10, 0.001
      """;

  private static final ImportPlan.Checked CHECKED =
      ImportCheck.check(
          PriceLists.read(LIST, null, LocalDate.EPOCH), new PriceRules("USD"), Instant.MIN);
  private static final PriceBook BOOK = book();

  private static PriceBook book() {
    List<Price> prices = new ArrayList<>();
    new ImportPlan.Planner(List.of(), List.of(), Set.of())
        .plan(CHECKED.prices(), CHECKED.aliases(), Instant.MIN, "").additions().stream()
            .map(KeyPlan.Addition::price)
            .forEach(
                price ->
                    prices.add(
                        new Price(
                            prices.size() + 1L,
                            price.key(),
                            price.unitPrice(),
                            price.unit(),
                            price.effective())));
    return PriceBook.of(1, "USD", prices, List.of());
  }

  private static PricedLine of(
      PriceBook book,
      String provider,
      String model,
      @Nullable String tier,
      @Nullable String region,
      String meter,
      long context) {
    return Pricer.price(
            book,
            new PricingQuestion(
                provider,
                model,
                null,
                tier,
                region,
                Instant.parse("2026-11-24T00:00:00Z"),
                context,
                List.of(item(meter, "1000"))))
        .getFirst();
  }

  // A thousand of the meter, so the amount is a thousand times the list's own rate.
  @ParameterizedTest
  @CsvSource(textBlock = CASES)
  void eachFieldIsChargedWhereItHolds(
      String provider,
      String model,
      @Nullable String tier,
      @Nullable String region,
      String meter,
      long context,
      String perOne) {
    check(BOOK, provider, model, tier, region, meter, context, perOne);
  }

  static void check(
      PriceBook book,
      String provider,
      String model,
      @Nullable String tier,
      @Nullable String region,
      String meter,
      long context,
      String perOne) {
    PricedLine line = of(book, provider, model, tier, region, meter, context);
    assertThat(line)
        .isInstanceOfSatisfying(
            Priced.class, priced -> assertThat(priced.rate().meter()).isEqualTo(meter));
    assertThat(line.amount())
        .isEqualByComparingTo(new BigDecimal(perOne).multiply(BigDecimal.valueOf(1_000)));
  }

  @Test
  void aRegionsPriceIsForThatRegionOnly() {
    assertThat(of(BOOK, "azure", "placed", null, "us", "input", 10))
        .isInstanceOf(PricedLine.Unpriced.class);
  }

  @Test
  void whatIsNoPriceOfCallsIsIgnoredWithItsReason() {
    assertThat(CHECKED.refused()).isEmpty();
    assertThat(CHECKED.ignored())
        .extracting(remark -> remark.row() + ": " + remark.reason())
        .containsExactlyInAnyOrder(
            "bedrock/eu-west-1/1-month-commitment/rented: is capacity by the hour, not a price of"
                + " calls",
            "vertex_ai/spoken output_cost_per_image: no meter counts this",
            "heard output_cost_per_second: no meter counts this");
  }
}
