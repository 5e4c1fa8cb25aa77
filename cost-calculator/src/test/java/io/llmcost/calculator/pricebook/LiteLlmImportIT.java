package io.llmcost.calculator.pricebook;

import io.llmcost.calculator.pricing.PriceBook;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The same list and arithmetic as in {@link LiteLlmPricesTest}, through REST and PostgreSQL. */
class LiteLlmImportIT {

  private static final PriceBook BOOK = ImportedBook.of(LiteLlmPricesTest.LIST);

  @ParameterizedTest
  @CsvSource(textBlock = LiteLlmPricesTest.CASES)
  void eachFieldIsChargedWhereItHolds(
      String provider,
      String model,
      @Nullable String tier,
      @Nullable String region,
      String meter,
      long context,
      String perOne) {
    LiteLlmPricesTest.check(BOOK, provider, model, tier, region, meter, context, perOne);
  }
}
