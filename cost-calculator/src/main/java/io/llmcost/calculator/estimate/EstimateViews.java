package io.llmcost.calculator.estimate;

import io.llmcost.calculator.pricing.PricedLine;
import io.llmcost.calculator.pricing.Rate;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Estimates as JSON, in and out; decimals are strings. */
final class EstimateViews {

  private EstimateViews() {}

  /**
   * What is asked. One of usage, prompt_tokens, text and messages says what goes in.
   *
   * @param provider may be left out where the book has the model of one provider alone
   * @param usage meters as in an event, for instance cached input, or searches
   * @param text the whole prompt; counted and forgotten
   * @param messages of a chat; counted and forgotten
   * @param expectedCompletionTokens how long the answer will be; 0 where left out
   * @param at when the call would be made; now where left out
   */
  record Request(
      @Nullable String provider,
      @Nullable String model,
      @Nullable List<Used> usage,
      @Nullable Long promptTokens,
      @Nullable String text,
      @Nullable List<Said> messages,
      @Nullable Long expectedCompletionTokens,
      @Nullable String serviceTier,
      @Nullable String region,
      @Nullable Instant at) {}

  /** A quantity of a meter. */
  record Used(@Nullable String meter, @Nullable BigDecimal quantity) {}

  /** A message of a chat, text alone. */
  record Said(@Nullable String role, @Nullable String content, @Nullable String name) {}

  /**
   * What the call comes to.
   *
   * @param model as it was asked for
   */
  record Answer(
      String provider,
      String model,
      Instant at,
      long priceBookVersion,
      Tokens tokens,
      Cost cost,
      List<Line> lineItems) {}

  /**
   * What was counted.
   *
   * @param source given, tokenizer (the model's own) or estimated
   * @param method what was counted with
   */
  record Tokens(long prompt, long completion, String source, String method) {}

  /**
   * What it costs.
   *
   * @param status the worst line's: FALLBACK is a guess by a default entry, UNPRICED is not known
   * @param isFloor whether the total lacks what has no price
   */
  record Cost(
      String status,
      String currency,
      String total,
      String prompt,
      String completion,
      boolean isFloor) {}

  /** One meter with the price that it met. */
  record Line(
      String meter,
      String quantity,
      String status,
      @Nullable String unitPrice,
      @Nullable Long unit,
      String amount,
      @Nullable String priceId,
      boolean rateSubstituted) {

    static Line of(PricedLine line) {
      Rate rate = rate(line);
      return new Line(
          line.item().getMeter(),
          plain(line.item().getQuantity()),
          Estimate.status(line),
          rate == null ? null : plain(rate.unitPrice()),
          rate == null ? null : rate.unit(),
          plain(line.amount()),
          rate == null ? null : rate.priceId(),
          rate != null && !rate.meter().equals(line.item().getMeter()));
    }

    private static @Nullable Rate rate(PricedLine line) {
      return switch (line) {
        case PricedLine.Priced priced -> priced.rate();
        case PricedLine.Fallback fallback -> fallback.rate();
        case PricedLine.Free free -> free.rate();
        case PricedLine.Unpriced _ -> null;
      };
    }
  }

  static String plain(BigDecimal amount) {
    return amount.signum() == 0 ? "0" : amount.stripTrailingZeros().toPlainString();
  }
}
