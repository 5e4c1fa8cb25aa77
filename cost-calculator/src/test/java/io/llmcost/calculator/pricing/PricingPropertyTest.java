package io.llmcost.calculator.pricing;

import static io.llmcost.calculator.pricing.Books.item;
import static org.assertj.core.api.Assertions.assertThat;

import io.llmcost.schemas.Meters;
import io.llmcost.schemas.UsageItem;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What holds for every usage, tried on many; the seed is fixed, so that a failure comes again. */
class PricingPropertyTest {

  private static final int CASES = 20_000;
  private static final Instant AT = Instant.parse("2026-05-05T05:05:05Z");

  private final Random random = new Random(20261124);
  private final List<String> meters = List.copyOf(new TreeSet<>(Meters.known()));

  private static final PriceBook BOOK = book();

  private static PriceBook book() {
    Books books = new Books();
    for (String meter : Meters.known()) {
      books
          .model("m")
          .meter(meter)
          .per(meter.equals(Meters.AUDIO_SECOND) ? 3_600 : 1_000_000)
          .costs("3.141592653589793238");
    }
    return books.build();
  }

  private static List<PricedLine> price(PriceBook book, List<UsageItem> usage) {
    return Pricer.price(
        book, new PricingQuestion("openai", "m", null, null, null, AT, null, usage));
  }

  private static BigDecimal total(List<PricedLine> lines) {
    return lines.stream().map(PricedLine::amount).reduce(PricedLine.ZERO, BigDecimal::add);
  }

  private List<UsageItem> usage() {
    List<UsageItem> usage = new ArrayList<>();
    int items = random.nextInt(1, 7);
    for (int i = 0; i < items; i++) {
      String quantity =
          random.nextInt(5) == 0
              ? random.nextInt(4_000) + "." + random.nextInt(999_999_999)
              : Long.toString(random.nextLong(2_000_000));
      usage.add(item(meters.get(random.nextInt(meters.size())), quantity));
    }
    return usage;
  }

  @Test
  void everyLineIsQuantityTimesPriceOverUnitRoundedOnce() {
    for (int i = 0; i < CASES; i++) {
      for (PricedLine line : price(BOOK, usage())) {
        UsageItem item = line.item();
        BigDecimal unit =
            BigDecimal.valueOf(item.getMeter().equals(Meters.AUDIO_SECOND) ? 3_600 : 1_000_000);
        assertThat(line.amount())
            .isEqualTo(
                item.getQuantity()
                    .multiply(new BigDecimal("3.141592653589793238"))
                    .divide(unit, 18, RoundingMode.HALF_EVEN));
      }
    }
  }

  @Test
  void theOrderOfItemsDoesNotMatterToTheSum() {
    for (int i = 0; i < CASES; i++) {
      List<UsageItem> usage = usage();
      BigDecimal before = total(price(BOOK, usage));
      Collections.shuffle(usage, random);
      assertThat(total(price(BOOK, usage))).isEqualByComparingTo(before);
    }
  }

  @Test
  void wholeTokensAtListPricesLoseNothingByRounding() {
    PriceBook book = new Books().model("m").costs("0.0375").build();
    for (int i = 0; i < CASES; i++) {
      long tokens = random.nextLong(1_000_000_000);
      List<PricedLine> lines = price(book, List.of(item("input", Long.toString(tokens))));
      assertThat(total(lines).multiply(new BigDecimal("1000000")))
          .isEqualByComparingTo(new BigDecimal("0.0375").multiply(BigDecimal.valueOf(tokens)));
    }
  }
}
