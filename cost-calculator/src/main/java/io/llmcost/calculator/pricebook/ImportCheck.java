package io.llmcost.calculator.pricebook;

import io.llmcost.calculator.pricebook.KeyPlan.Wanted;
import io.llmcost.calculator.pricelist.AliasDraft;
import io.llmcost.calculator.pricelist.ListFormat;
import io.llmcost.calculator.pricelist.PriceDraft;
import io.llmcost.calculator.pricelist.PriceList;
import io.llmcost.calculator.pricelist.PriceList.Remark;
import io.llmcost.calculator.pricelist.PriceList.Row;
import io.llmcost.calculator.pricing.PriceKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks a list's rows by the price book's rules, and against each other. */
final class ImportCheck {

  private final ListFormat format;
  private final PriceRules rules;
  private final Instant from;
  private final List<Wanted> prices = new ArrayList<>();
  private final Map<PriceKey, List<Wanted>> byKey = new HashMap<>();
  private final Map<String, NewAlias> aliases = new HashMap<>();
  private final List<NewAlias> aliasOrder = new ArrayList<>();
  private final List<Remark> refused = new ArrayList<>();
  private final List<Remark> ignored = new ArrayList<>();
  private final Set<String> refusedModels = new HashSet<>();

  /**
   * @param from when a rate begins that does not say so itself
   */
  private ImportCheck(ListFormat format, PriceRules rules, Instant from) {
    this.format = format;
    this.rules = rules;
    this.from = from;
  }

  static ImportPlan.Checked check(PriceList list, PriceRules rules, Instant from) {
    ImportCheck check = new ImportCheck(list.format(), rules, from);
    check.refused.addAll(list.refused());
    check.ignored.addAll(list.ignored());
    list.prices().forEach(check::price);
    check.leaveOutRefusedModels();
    list.aliases().forEach(check::alias);
    return new ImportPlan.Checked(check.prices, check.aliasOrder, check.refused, check.ignored);
  }

  private void price(Row<PriceDraft> row) {
    PriceDraft draft = row.draft();
    boolean dated = isGiven(draft.effectiveFrom());
    try {
      if (!dated
          && isGiven(draft.effectiveTo())
          && !from.isBefore(
              PriceRules.time("effective_to", Objects.requireNonNull(draft.effectiveTo())))) {
        ignored.add(new Remark(row.name(), "ended before " + from));
        return;
      }
      Wanted want = new Wanted(row.name(), rules.check(draft, from), dated);
      List<Wanted> others = byKey.computeIfAbsent(want.price().key(), key -> new ArrayList<>());
      for (Wanted other : others) {
        if (other.price().effective().overlaps(want.price().effective())) {
          again(want, other);
          return;
        }
      }
      others.add(want);
      prices.add(want);
    } catch (PriceRefused e) {
      refused.add(new Remark(row.name(), String.valueOf(e.getMessage())));
      if (draft.provider() != null && draft.model() != null) {
        refusedModels.add((draft.provider() + "/" + draft.model()).toLowerCase(Locale.ROOT));
      }
    }
  }

  // Half of a model's prices is a wrong price: what is left of it would meet the others' rates.
  private void leaveOutRefusedModels() {
    List<Wanted> all = List.copyOf(prices);
    prices.clear();
    for (Wanted want : all) {
      if (refusedModels.contains(model(want))) {
        refused.add(
            new Remark(want.row(), "is left out with its model, of which a rate is refused"));
      } else {
        prices.add(want);
      }
    }
  }

  private static String model(Wanted want) {
    PriceKey key = want.price().key();
    return key.provider() + "/" + key.match().value();
  }

  private void again(Wanted want, Wanted other) {
    if (other.price().sameRateAs(want.price())
        && other.price().effective().equals(want.price().effective())) {
      return;
    }
    refused.add(
        new Remark(
            want.row(),
            "the same price at the same time as %s, which says %s for %d"
                .formatted(
                    other.row(), other.price().unitPrice().toPlainString(), other.price().unit())));
  }

  private void alias(Row<AliasDraft> row) {
    try {
      NewAlias alias = NewAlias.check(row.draft());
      String name =
          alias.alias().provider()
              + "\n"
              + alias.alias().match().kind()
              + "\n"
              + alias.alias().match().value();
      NewAlias other = aliases.putIfAbsent(name, alias);
      if (other == null) {
        aliasOrder.add(alias);
      } else if (!other.alias().model().equals(alias.alias().model())) {
        // By genai-prices' own rule the first model of a name counts.
        (format == ListFormat.GENAI_PRICES ? ignored : refused)
            .add(
                new Remark(
                    row.name(),
                    "%s is a name of %s in this list too"
                        .formatted(alias.alias().match().value(), other.alias().model())));
      }
    } catch (PriceRefused e) {
      refused.add(new Remark(row.name(), String.valueOf(e.getMessage())));
    }
  }

  private static boolean isGiven(@Nullable String text) {
    return text != null && !text.isBlank();
  }
}
