package io.llmcost.benchmarks;

import io.llmcost.calculator.pricelist.AliasDraft;
import io.llmcost.calculator.pricelist.ListFormat;
import io.llmcost.calculator.pricelist.PriceDraft;
import io.llmcost.calculator.pricelist.PriceList;
import io.llmcost.calculator.pricelist.PriceLists;
import io.llmcost.calculator.pricing.Alias;
import io.llmcost.calculator.pricing.EffectiveRange;
import io.llmcost.calculator.pricing.ModelMatch;
import io.llmcost.calculator.pricing.Price;
import io.llmcost.calculator.pricing.PriceBook;
import io.llmcost.calculator.pricing.PriceKey;
import io.llmcost.calculator.pricing.TimeWindow;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The shipped price book, and the same under other names until it has as many models as asked. */
final class ModelBook {

  private final List<Model> models = new ArrayList<>();
  private final PriceBook book;

  /** A model of the book, by its provider and its own name. */
  record Model(String provider, String name) {}

  private ModelBook(PriceList shippedPrices, PriceList shippedAliases, int wanted) {
    List<Price> prices = new ArrayList<>();
    List<Alias> aliases = new ArrayList<>();
    for (int copy = 0; models.size() < wanted; copy++) {
      String suffix = copy == 0 ? "" : "-" + copy;
      Set<Model> taken = new HashSet<>();
      for (PriceList.Row<PriceDraft> row : shippedPrices.prices()) {
        price(row.draft(), suffix, wanted, taken, prices);
      }
      for (PriceList.Row<AliasDraft> row : shippedAliases.aliases()) {
        alias(row.draft(), suffix, taken, aliases);
      }
    }
    book = PriceBook.of(1, "USD", prices, aliases);
  }

  /** Builds a book of {@code models} models from the calculator's own files. */
  static ModelBook of(int models) {
    return new ModelBook(shipped("prices.csv"), shipped("aliases.csv"), models);
  }

  PriceBook book() {
    return book;
  }

  List<Model> models() {
    return models;
  }

  private void price(
      PriceDraft draft, String suffix, int wanted, Set<Model> taken, List<Price> prices) {
    String match = or(draft.match(), "exact");
    boolean exact = match.equals("exact");
    if (exact) {
      Model model = new Model(given(draft.provider()), given(draft.model()) + suffix);
      if (!taken.contains(model)) {
        if (models.size() == wanted) {
          return;
        }
        taken.add(model);
        models.add(model);
      }
    } else if (!suffix.isEmpty()) {
      return;
    }
    PriceKey key =
        new PriceKey(
            given(draft.provider()).intern(),
            new ModelMatch(ModelMatch.Kind.parse(match), or(draft.model(), "*") + suffix),
            given(draft.meter()).intern(),
            or(draft.serviceTier(), "*").intern(),
            or(draft.region(), "*").intern(),
            Long.parseLong(or(draft.contextAbove(), "0")),
            TimeWindow.parse(or(draft.timeWindow(), "*")));
    prices.add(
        new Price(
            prices.size() + 1L,
            key,
            new BigDecimal(given(draft.unitPrice())).stripTrailingZeros(),
            Long.parseLong(given(draft.unit())),
            new EffectiveRange(
                time(draft.effectiveFrom(), Instant.MIN), time(draft.effectiveTo(), Instant.MAX))));
  }

  private static void alias(
      AliasDraft draft, String suffix, Set<Model> taken, List<Alias> aliases) {
    String model = draft.model() + suffix;
    if (taken.contains(new Model(draft.provider(), model))) {
      ModelMatch match =
          new ModelMatch(ModelMatch.Kind.parse(draft.match()), draft.name() + suffix);
      aliases.add(new Alias(draft.provider().intern(), match, model, EffectiveRange.ALWAYS));
    }
  }

  private static PriceList shipped(String file) {
    try (InputStream stream = PriceBook.class.getResourceAsStream("/pricebook/" + file)) {
      String text =
          new String(Objects.requireNonNull(stream).readAllBytes(), StandardCharsets.UTF_8);
      return PriceLists.read(text, ListFormat.CSV, LocalDate.EPOCH);
    } catch (IOException e) {
      throw new IllegalStateException("the calculator's " + file + " is not readable", e);
    }
  }

  private static Instant time(@Nullable String text, Instant open) {
    if (text == null || text.isBlank()) {
      return open;
    }
    return text.length() == 10
        ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
        : Instant.parse(text);
  }

  private static String given(@Nullable String text) {
    return Objects.requireNonNull(text);
  }

  private static String or(@Nullable String text, String otherwise) {
    return text == null || text.isBlank() ? otherwise : text;
  }
}
