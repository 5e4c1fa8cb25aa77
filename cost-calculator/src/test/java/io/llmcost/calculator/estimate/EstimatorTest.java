package io.llmcost.calculator.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.llmcost.calculator.estimate.EstimateViews.Answer;
import io.llmcost.calculator.estimate.EstimateViews.Request;
import io.llmcost.calculator.estimate.EstimateViews.Said;
import io.llmcost.calculator.estimate.EstimateViews.Used;
import io.llmcost.calculator.pricing.Books;
import io.llmcost.calculator.pricing.PriceBook;
import io.llmcost.chassis.problem.InvalidRequestException;
import io.llmcost.schemas.Meters;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EstimatorTest {

  private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
  private static final PriceBook BOOK =
      new Books()
          .model("gpt-4o")
          .costs("2.5")
          .model("gpt-4o")
          .meter(Meters.OUTPUT)
          .costs("10")
          .model("gpt-4o")
          .tier("batch")
          .costs("1.25")
          .model("gpt-4o")
          .above(1_000)
          .costs("5")
          .model("shared")
          .costs("1")
          .model("shared")
          .provider("azure")
          .costs("2")
          .globalDefault()
          .costs("10")
          .build();

  private final Estimator estimator = new Estimator();

  private Answer estimate(Request request) {
    return estimator.estimate(BOOK, request, NOW);
  }

  private static Request tokens(
      @Nullable String provider, String model, long prompt, @Nullable Long completion) {
    return new Request(provider, model, null, prompt, null, null, completion, null, null, null);
  }

  private static Request text(String provider, String model, String text) {
    return new Request(provider, model, null, null, text, null, null, null, null, null);
  }

  private static Request usage(List<Used> usage, @Nullable Long completion) {
    return new Request("openai", "gpt-4o", usage, null, null, null, completion, null, null, null);
  }

  private void assertRefused(String field, Request request) {
    assertThatExceptionOfType(InvalidRequestException.class)
        .isThrownBy(() -> estimate(request))
        .satisfies(e -> assertThat(e.field()).isEqualTo(field));
  }

  @Test
  void tokensAndAnExpectedAnswerArePricedLineByLine() {
    Answer answer = estimate(tokens(null, "gpt-4o", 1_000, 500L));
    assertThat(answer.provider()).isEqualTo("openai");
    assertThat(answer.cost().total()).isEqualTo("0.0075");
    assertThat(answer.cost().prompt()).isEqualTo("0.0025");
    assertThat(answer.cost().completion()).isEqualTo("0.005");
    assertThat(answer.cost().status()).isEqualTo("PRICED");
    assertThat(answer.tokens())
        .isEqualTo(new EstimateViews.Tokens(1_000, 500, "given", "as given"));
    assertThat(answer.lineItems())
        .extracting(EstimateViews.Line::meter, EstimateViews.Line::amount)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("input", "0.0025"),
            org.assertj.core.groups.Tuple.tuple("output", "0.005"));
    assertThat(answer.lineItems()).allSatisfy(line -> assertThat(line.priceId()).isNotNull());
  }

  @Test
  void tiersAndThresholdsHoldAsTheyDoForEvents() {
    assertThat(estimate(tokens("openai", "gpt-4o", 1_001, null)).cost().total())
        .isEqualTo("0.005005");
    Request batch =
        new Request("openai", "gpt-4o", null, 1_000L, null, null, null, "batch", null, NOW);
    assertThat(estimate(batch).cost().total()).isEqualTo("0.00125");
  }

  @ParameterizedTest
  @CsvSource({
    "openai, gpt-4o, tokenizer, o200k_base, 6",
    "openai, gpt-5.1-mini, tokenizer, o200k_base, 6",
    "azure, gpt-4-turbo, tokenizer, cl100k_base, 6",
    "openrouter, openai/gpt-3.5-turbo, tokenizer, cl100k_base, 6",
    "anthropic, claude-sonnet-4-5, estimated, OpenAI's o200k_base, 6",
    "openai, whatever-9, estimated, OpenAI's o200k_base, 6"
  })
  void textIsCountedByTheModelsOwnTokenizerOrSaidToBeEstimated(
      String provider, String model, String source, String method, long tokens) {
    Answer answer = estimate(text(provider, model, "tiktoken is great!"));
    assertThat(answer.tokens().prompt()).isEqualTo(tokens);
    assertThat(answer.tokens().source()).isEqualTo(source);
    assertThat(answer.tokens().method()).startsWith(method);
  }

  @Test
  void messagesCountWhatTheProviderAddsToThem() {
    Request chat =
        new Request(
            "openai",
            "gpt-4o",
            null,
            null,
            null,
            List.of(new Said("user", "tiktoken is great!", null), new Said("user", "hello", "bob")),
            null,
            null,
            null,
            null);
    // The answer's start, two messages with their roles, six and one tokens, a name.
    assertThat(estimate(chat).tokens().prompt()).isEqualTo(3 + 2 * (3 + 1) + 6 + 1 + 1 + 1);
  }

  @Test
  void marksThatAreSpecialToTheModelAreTextHere() {
    assertThat(estimate(text("openai", "gpt-4o", "<|endoftext|>")).tokens().prompt())
        .isGreaterThan(1);
  }

  @Test
  void aLongMonotonousTextIsCountedInTime() {
    Instant began = Instant.now();
    estimate(text("openai", "gpt-4o", "a".repeat(500_000)));
    assertThat(Duration.between(began, Instant.now())).isLessThan(Duration.ofSeconds(20));
  }

  @Test
  void whatNobodyKnowsIsAFlaggedFallbackAndWhatHasNoPriceMakesAFloor() {
    Answer unknown = estimate(tokens("openai", "gpt-99", 1_000, null));
    assertThat(unknown.cost().status()).isEqualTo("FALLBACK");
    assertThat(unknown.cost().isFloor()).isFalse();
    Answer floor = estimate(tokens("openai", "gpt-99", 1_000, 10L));
    assertThat(floor.cost().status()).isEqualTo("UNPRICED");
    assertThat(floor.cost().isFloor()).isTrue();
    assertThat(floor.cost().total()).isEqualTo("0.01");
  }

  @Test
  void aSubstitutedRateIsSaid() {
    Answer answer = estimate(usage(List.of(new Used("input_cache_read", BigDecimal.TEN)), 1L));
    assertThat(answer.lineItems().getFirst().rateSubstituted()).isTrue();
    assertThat(answer.lineItems().getLast().rateSubstituted()).isFalse();
  }

  @Test
  void badRequestsAreRefusedByTheirField() {
    assertRefused("provider", tokens(null, "shared", 1, null));
    assertRefused("provider", tokens(null, "nobody", 1, null));
    assertRefused("prompt_tokens", tokens("openai", "gpt-4o", -1, null));
    assertRefused("expected_completion_tokens", tokens("openai", "gpt-4o", 1, -1L));
    assertRefused(
        "expected_completion_tokens", usage(List.of(new Used("output", BigDecimal.ONE)), 1L));
    assertRefused("usage", usage(List.of(), null));
    assertRefused("usage[0].meter", usage(List.of(new Used(" ", BigDecimal.ONE)), null));
    assertRefused(
        "usage[0].quantity", usage(List.of(new Used("input", new BigDecimal("-1"))), null));
    assertRefused(
        "usage[0].quantity", usage(List.of(new Used("input", new BigDecimal("1e999999"))), null));
    assertRefused("text", text("openai", "gpt-4o", "a".repeat(1_000_001)));
    assertRefused("model", text("openai", " ", "a"));
    assertRefused(
        "usage", new Request("openai", "gpt-4o", null, 1L, "a", null, null, null, null, null));
    assertRefused(
        "usage", new Request("openai", "gpt-4o", null, null, null, null, null, null, null, null));
  }
}
