package io.llmcost.calculator.pricebook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.llmcost.calculator.pricelist.PriceDraft;
import io.llmcost.calculator.pricing.EffectiveRange;
import io.llmcost.calculator.pricing.ModelMatch;
import java.io.IOException;
import java.io.StringReader;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PriceRulesTest {

  private static final PriceRules RULES = new PriceRules("USD");
  private static final String HEADER = "provider,match,model,meter,unit_price,unit";

  private static NewPrice check(String field, String value) throws IOException {
    Map<String, String> fields = new HashMap<>();
    fields.put("provider", "openai");
    fields.put("match", "exact");
    fields.put("model", "gpt-4");
    fields.put("meter", "input");
    fields.put("unit_price", "30");
    fields.put("unit", "1000000");
    fields.put(field, value);
    String names = String.join(",", fields.keySet());
    String values = String.join(",", fields.values().stream().map(v -> "\"" + v + "\"").toList());
    return PriceFile.prices(new StringReader(names + "\n" + values), RULES).getFirst();
  }

  @Test
  void whatIsLeftOutIsAnyAndOpen() throws IOException {
    NewPrice price = check("model", "GPT-4");
    assertThat(price.key().match()).isEqualTo(ModelMatch.exactly("gpt-4"));
    assertThat(price.key().serviceTier()).isEqualTo("*");
    assertThat(price.key().region()).isEqualTo("*");
    assertThat(price.key().contextAbove()).isZero();
    assertThat(price.effective()).isEqualTo(EffectiveRange.ALWAYS);
    assertThat(price.unitPrice()).isEqualByComparingTo("30");
  }

  @Test
  void aDateIsItsMidnightInUtcOnAMachineInNewfoundlandToo() throws IOException {
    assertThat(check("effective_from", "2023-03-14").effective().from())
        .isEqualTo(Instant.parse("2023-03-14T00:00:00Z"));
    assertThat(check("effective_from", "2023-03-14T01:30:00+01:30").effective().from())
        .isEqualTo(Instant.parse("2023-03-14T00:00:00Z"));
  }

  @ParameterizedTest
  @CsvSource({
    "unit_price, -1, negative",
    "unit_price, 3O, decimal number",
    "unit_price, 1e999999999, beyond all prices",
    "unit_price, 1e-999999999, 18 decimal places",
    "unit_price, 0.0000000000000000001, 18 decimal places",
    "unit_price, 600000, another unit",
    "unit, 7, none of",
    "unit, million, whole number",
    "meter, inputs, none of",
    "provider, Open AI, no name",
    "match, fuzzy, none of",
    "currency, EUR, one currency",
    "context_above, -5, negative",
    "time_window, noon, HH:MM",
    "effective_from, soon, neither a time",
    "effective_to, soon, neither a time",
    "source_date, 31.1.2026, no date",
    "model, '', required",
  })
  void refusalsNameTheFieldAndTheReason(String field, String value, String reason) {
    assertThatExceptionOfType(PriceFile.BadLine.class)
        .isThrownBy(() -> check(field, value))
        .withMessageStartingWith("line 2: " + field + ": ")
        .withMessageContaining(reason);
  }

  @Test
  void aBrokenPatternIsRefused() {
    assertThatExceptionOfType(PriceFile.BadLine.class)
        .isThrownBy(
            () ->
                PriceFile.prices(
                    new StringReader(HEADER + "\nopenai,pattern,gpt-(4,input,30,1000000"), RULES))
        .withMessageContaining("model: 'gpt-(4' is no regular expression");
  }

  @Test
  void anEndBeforeTheBeginningIsRefused() {
    PriceDraft draft =
        new PriceDraft(
            "openai",
            null,
            "gpt-4",
            "input",
            "30",
            "1000000",
            null,
            null,
            null,
            null,
            null,
            "2026-02-01",
            "2026-01-01",
            null,
            null,
            null);
    assertThatExceptionOfType(PriceRefused.class)
        .isThrownBy(() -> RULES.check(draft, Instant.MIN))
        .satisfies(e -> assertThat(e.field()).isEqualTo("effective_to"));
  }

  @Test
  void quotedCommasAndRemarksAreRead() throws IOException {
    List<NewPrice> prices =
        PriceFile.prices(
            new StringReader(
                "# remark\n"
                    + HEADER
                    + ",description\n\nopenai,exact,gpt-4,input,30,1000000,\"a, \"\"b\"\"\"\n"),
            RULES);
    assertThat(prices).singleElement().extracting(NewPrice::description).isEqualTo("a, \"b\"");
  }

  @Test
  void aLineOfAnotherLengthIsRefusedByItsNumber() {
    assertThatExceptionOfType(PriceFile.BadLine.class)
        .isThrownBy(() -> PriceFile.prices(new StringReader(HEADER + "\nopenai,exact"), RULES))
        .withMessage("line 2: 2 values for the 6 names of the header");
  }
}
