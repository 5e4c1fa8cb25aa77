package io.llmcost.calculator.pricebook;

import io.llmcost.calculator.pricelist.PriceDraft;
import io.llmcost.calculator.pricing.EffectiveRange;
import io.llmcost.calculator.pricing.ModelMatch;
import io.llmcost.calculator.pricing.Price;
import io.llmcost.calculator.pricing.PriceKey;
import io.llmcost.calculator.pricing.TimeWindow;
import io.llmcost.schemas.Meters;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Locale;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Takes a {@link PriceDraft} and gives a {@link NewPrice}, or refuses it by the field at fault. */
final class PriceRules {

  /** Above this for one token a price is a slip of the unit: 100 times the dearest known. */
  static final BigDecimal MAX_PER_TOKEN = new BigDecimal("0.06");

  /** The same for one of anything else: a search, a page, an hour's second. */
  static final BigDecimal MAX_PER_PIECE = new BigDecimal("1000");

  private static final long[] TOKEN_UNITS = {1, 1_000, 1_000_000};
  private static final long[] SECOND_UNITS = {1, 60, 3_600};
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");
  private static final int MAX_DIGITS_BEFORE_POINT = 20;
  private static final int MAX_TEXT = 2_000;

  private final String currency;

  /**
   * @param currency the one that the book is kept in
   */
  PriceRules(String currency) {
    this.currency = currency;
  }

  /**
   * Checks {@code draft}.
   *
   * @param beginning of a price that does not say its own; {@link Instant#MIN} for an open one
   * @throws PriceRefused naming the first field that cannot be taken
   */
  NewPrice check(PriceDraft draft, Instant beginning) {
    PriceKey key = key(draft);
    long unit = unit(key.meter(), required("unit", draft.unit()));
    return new NewPrice(
        key,
        unitPrice(key.meter(), unit, required("unit_price", draft.unitPrice())),
        unit,
        currency(or(draft.currency(), currency)),
        effective(draft, beginning),
        text("source", or(draft.source(), "manual")),
        sourceDate(draft.sourceDate()),
        text("description", or(draft.description(), "")));
  }

  /**
   * Reads a point in time: RFC 3339, or a date, which is its midnight in UTC.
   *
   * @throws PriceRefused naming {@code field}
   */
  static Instant time(String field, String text) {
    try {
      Instant at =
          text.length() == 10
              ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
              : OffsetDateTime.parse(text).toInstant();
      return at.truncatedTo(ChronoUnit.MICROS);
    } catch (DateTimeException e) {
      throw new PriceRefused(
          field, "'" + text + "' is neither a time such as 2026-01-31T00:00:00Z nor a date");
    }
  }

  /** Reads what {@link #time} reads, or {@code beginning}, which is before all time. */
  static Instant timeOrBeginning(String field, String text) {
    return text.equals("beginning") ? Instant.MIN : time(field, text);
  }

  private static PriceKey key(PriceDraft draft) {
    String meter = required("meter", draft.meter());
    if (!Meters.known().contains(meter)) {
      throw new PriceRefused(
          "meter", "'" + meter + "' is none of " + new TreeSet<>(Meters.known()));
    }
    return new PriceKey(
        name("provider", required("provider", draft.provider())),
        match(draft),
        meter,
        name("service_tier", or(draft.serviceTier(), PriceKey.ANY)),
        name("region", or(draft.region(), PriceKey.ANY)),
        contextAbove(or(draft.contextAbove(), "0")),
        refusing("time_window", () -> TimeWindow.parse(or(draft.timeWindow(), PriceKey.ANY))));
  }

  private static ModelMatch match(PriceDraft draft) {
    ModelMatch.Kind kind =
        refusing("match", () -> ModelMatch.Kind.parse(or(draft.match(), "exact")));
    if (kind == ModelMatch.Kind.DEFAULT) {
      return refusing("model", () -> new ModelMatch(kind, or(draft.model(), ModelMatch.ANY)));
    }
    String model = required("model", draft.model());
    return refusing("model", () -> new ModelMatch(kind, model));
  }

  static String name(String field, String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    if (!lower.equals(PriceKey.ANY) && !NAME.matcher(lower).matches()) {
      throw new PriceRefused(field, "'" + text + "' is no name of 1 to 64 letters, digits, . _ -");
    }
    return lower;
  }

  private static long contextAbove(String text) {
    long tokens = wholeNumber("context_above", text);
    if (tokens < 0) {
      throw new PriceRefused("context_above", text + " is negative");
    }
    return tokens;
  }

  private static long unit(String meter, String text) {
    long unit = wholeNumber("unit", text);
    long[] units = meter.equals(Meters.AUDIO_SECOND) ? SECOND_UNITS : TOKEN_UNITS;
    if (Arrays.stream(units).noneMatch(known -> known == unit)) {
      throw new PriceRefused(
          "unit", text + " is none of " + Arrays.toString(units) + ", the units of " + meter);
    }
    return unit;
  }

  private static BigDecimal unitPrice(String meter, long unit, String text) {
    BigDecimal price = decimal(text);
    if (price.signum() < 0) {
      throw new PriceRefused("unit_price", text + " is negative");
    }
    BigDecimal most =
        Meters.isPrompt(meter) || Meters.isCompletion(meter) ? MAX_PER_TOKEN : MAX_PER_PIECE;
    BigDecimal perOne = price.divide(BigDecimal.valueOf(unit), Price.SCALE, RoundingMode.UP);
    if (perOne.compareTo(most) > 0) {
      throw new PriceRefused(
          "unit_price",
          "%s for %d is more than %s for one of %s: is it for another unit?"
              .formatted(text, unit, most.toPlainString(), meter));
    }
    return price;
  }

  // Digits are counted before any arithmetic: 1e999999999 is short to write and long to add.
  private static BigDecimal decimal(String text) {
    BigDecimal price;
    try {
      price = new BigDecimal(text);
    } catch (NumberFormatException e) {
      throw new PriceRefused("unit_price", "'" + text + "' is no decimal number");
    }
    if (price.signum() == 0) {
      return BigDecimal.ZERO;
    }
    if (price.precision() > 200
        || price.precision() - (long) price.scale() > MAX_DIGITS_BEFORE_POINT) {
      throw new PriceRefused("unit_price", "'" + text + "' is beyond all prices");
    }
    if (price.scale() > 200 || price.stripTrailingZeros().scale() > Price.SCALE) {
      throw new PriceRefused("unit_price", "'" + text + "' has more than 18 decimal places");
    }
    return price;
  }

  private String currency(String text) {
    if (!text.equals(currency)) {
      throw new PriceRefused(
          "currency", "'" + text + "' is not " + currency + ", the ledger's one currency");
    }
    return text;
  }

  private static EffectiveRange effective(PriceDraft draft, Instant beginning) {
    String begins = draft.effectiveFrom();
    Instant from =
        begins == null || begins.isBlank()
            ? beginning
            : timeOrBeginning("effective_from", begins.strip());
    Instant to = time("effective_to", draft.effectiveTo(), Instant.MAX);
    if (!from.isBefore(to)) {
      throw new PriceRefused("effective_to", to + " is not after effective_from, " + from);
    }
    return new EffectiveRange(from, to);
  }

  private static Instant time(String field, @Nullable String text, Instant otherwise) {
    return text == null || text.isBlank() ? otherwise : time(field, text.strip());
  }

  static @Nullable LocalDate sourceDate(@Nullable String text) {
    if (text == null || text.isBlank()) {
      return null;
    }
    try {
      return LocalDate.parse(text.strip());
    } catch (DateTimeException e) {
      throw new PriceRefused("source_date", "'" + text + "' is no date such as 2026-01-31");
    }
  }

  static String text(String field, String text) {
    if (text.length() > MAX_TEXT || text.indexOf('\0') >= 0) {
      throw new PriceRefused(field, "is longer than " + MAX_TEXT + " characters, or has a NUL");
    }
    return text;
  }

  private static long wholeNumber(String field, String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new PriceRefused(field, "'" + text + "' is no whole number");
    }
  }

  private static <T> T refusing(String field, Supplier<T> made) {
    try {
      return made.get();
    } catch (IllegalArgumentException e) {
      throw new PriceRefused(field, String.valueOf(e.getMessage()));
    }
  }

  private static String required(String field, @Nullable String text) {
    if (text == null || text.isBlank()) {
      throw new PriceRefused(field, "is required");
    }
    return text.strip();
  }

  private static String or(@Nullable String text, String otherwise) {
    return text == null || text.isBlank() ? otherwise : text.strip();
  }
}
