package io.llmcost.calculator.pricebook;

import io.llmcost.calculator.pricebook.KeyPlan.Addition;
import io.llmcost.calculator.pricebook.KeyPlan.Wanted;
import io.llmcost.calculator.pricebook.Standing.StandingAlias;
import io.llmcost.calculator.pricebook.Standing.StandingPrice;
import io.llmcost.calculator.pricelist.PriceList.Remark;
import io.llmcost.calculator.pricing.Alias;
import io.llmcost.calculator.pricing.EffectiveRange;
import io.llmcost.calculator.pricing.ModelMatch;
import io.llmcost.calculator.pricing.PriceKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What an import would do to the stored book, decided before anything is written.
 *
 * @param keys of prices that change
 * @param held additions that wait for a confirmation, with the reason in the remark
 * @param unchanged rows of the list that the book says already
 */
record ImportPlan(
    List<KeyPlan> keys,
    List<StandingPrice> superseded,
    List<Remainder> remainders,
    List<NewAlias> aliases,
    List<StandingAlias> supersededAliases,
    List<NewAlias> aliasRemainders,
    List<Held> held,
    List<StandingPrice> missing,
    int unchanged) {

  /** What stays of a superseded row. */
  record Remainder(NewPrice price, boolean active) {}

  /** A new price that somebody has to look at first. */
  record Held(Addition addition, String reason) {}

  /** A provider's model, by which rates are held or go together. */
  record Model(String provider, ModelMatch match) {
    static Model of(PriceKey key) {
      return new Model(key.provider(), key.match());
    }

    String text() {
      return provider + "/" + match.value();
    }
  }

  boolean isEmpty() {
    return keys.isEmpty() && aliases.isEmpty() && superseded.isEmpty();
  }

  List<Addition> additions() {
    return keys.stream().flatMap(key -> key.additions().stream()).toList();
  }

  /** Makes plans. */
  static final class Planner {
    private final Map<PriceKey, List<StandingPrice>> standing = new LinkedHashMap<>();
    private final List<StandingAlias> standingAliases;
    private final Set<String> confirmed;

    /**
     * @param confirmed models, {@code provider/model}, whose rates are not held; {@code *} for all
     */
    Planner(List<StandingPrice> standing, List<StandingAlias> aliases, Set<String> confirmed) {
      standing.forEach(
          row ->
              this.standing.computeIfAbsent(row.terms().key(), key -> new ArrayList<>()).add(row));
      this.standingAliases = aliases;
      this.confirmed = confirmed;
    }

    /**
     * @param wanted the list's prices; of one key no two overlap
     * @param aliases the list's aliases; of one name never two
     * @param from when a changed alias begins to hold, and a missing model ceases to be priced
     * @param label of the list in {@code description}, by which its earlier rows are known; empty
     *     to leave models alone that the list no longer has
     */
    ImportPlan plan(List<Wanted> wanted, List<NewAlias> aliases, Instant from, String label) {
      Map<PriceKey, List<Wanted>> byKey = new LinkedHashMap<>();
      Map<Model, List<NewPrice>> byModel = new LinkedHashMap<>();
      for (Wanted want : wanted) {
        PriceKey key = want.price().key();
        byKey.computeIfAbsent(key, k -> new ArrayList<>()).add(want);
        byModel.computeIfAbsent(Model.of(key), m -> new ArrayList<>()).add(want.price());
      }
      Map<Model, List<KeyPlan>> plans = new LinkedHashMap<>();
      int unchanged = 0;
      for (Map.Entry<PriceKey, List<Wanted>> key : byKey.entrySet()) {
        KeyPlan plan = KeyPlan.of(key.getValue(), standing.getOrDefault(key.getKey(), List.of()));
        if (plan.isEmpty()) {
          unchanged += key.getValue().size();
        } else {
          plans.computeIfAbsent(Model.of(key.getKey()), m -> new ArrayList<>()).add(plan);
        }
      }
      Result result = new Result(unchanged);
      plans.forEach(
          (model, keys) -> result.take(model, keys, byModel.getOrDefault(model, List.of())));
      missing(byModel.keySet(), label).forEach(row -> result.end(row, from));
      for (NewAlias alias : aliases) {
        if (!result.holds(alias)) {
          result.alias(alias, from);
        }
      }
      return result.plan();
    }

    private List<StandingPrice> missing(Set<Model> listed, String label) {
      if (label.isEmpty()) {
        return List.of();
      }
      return standing.values().stream()
          .flatMap(List::stream)
          .filter(row -> row.active() && row.terms().description().equals(label))
          .filter(row -> !listed.contains(Model.of(row.terms().key())))
          .toList();
    }

    /** A plan on its way. */
    private final class Result {
      private final List<KeyPlan> keys = new ArrayList<>();
      private final List<StandingPrice> superseded = new ArrayList<>();
      private final List<Remainder> remainders = new ArrayList<>();
      private final List<NewAlias> newAliases = new ArrayList<>();
      private final List<StandingAlias> supersededAliases = new ArrayList<>();
      private final List<NewAlias> aliasRemainders = new ArrayList<>();
      private final List<Held> held = new ArrayList<>();
      private final List<StandingPrice> missing = new ArrayList<>();
      private final int unchanged;

      Result(int unchanged) {
        this.unchanged = unchanged;
      }

      // One rate in doubt holds all of its model: half of a model's new prices is a wrong price.
      void take(Model model, List<KeyPlan> plans, List<NewPrice> ofModel) {
        List<Held> doubts = confirmed(model) ? List.of() : doubts(plans, ofModel);
        if (!doubts.isEmpty()) {
          held.addAll(doubts);
          return;
        }
        keys.addAll(plans);
        for (KeyPlan plan : plans) {
          for (StandingPrice row : rowsOf(plan)) {
            List<EffectiveRange> left = plan.remaindersOf(row);
            if (!left.equals(List.of(row.effective()))) {
              superseded.add(row);
              left.forEach(
                  range -> remainders.add(new Remainder(row.terms().over(range), row.active())));
            }
          }
        }
      }

      private List<StandingPrice> rowsOf(KeyPlan plan) {
        PriceKey key =
            plan.additions().isEmpty()
                ? plan.ended().getFirst().terms().key()
                : plan.additions().getFirst().price().key();
        return standing.getOrDefault(key, List.of());
      }

      private List<Held> doubts(List<KeyPlan> plans, List<NewPrice> ofModel) {
        List<Held> doubts = new ArrayList<>();
        boolean any = false;
        for (KeyPlan plan : plans) {
          for (Addition addition : plan.additions()) {
            String reason = Suspicion.of(addition, ofModel);
            any |= reason != null;
            doubts.add(new Held(addition, reason == null ? "waits with its model" : reason));
          }
        }
        return any ? doubts : List.of();
      }

      // A name must not lead to prices that are not there yet.
      boolean holds(NewAlias alias) {
        ModelMatch model = ModelMatch.exactly(alias.alias().model());
        return held.stream()
            .map(waiting -> Model.of(waiting.addition().price().key()))
            .anyMatch(new Model(alias.alias().provider(), model)::equals);
      }

      private boolean confirmed(Model model) {
        return confirmed.contains("*") || confirmed.contains(model.text());
      }

      void end(StandingPrice row, Instant from) {
        EffectiveRange whole = row.effective();
        if (!from.isBefore(whole.to())) {
          return;
        }
        missing.add(row);
        superseded.add(row);
        if (whole.from().isBefore(from)) {
          remainders.add(
              new Remainder(row.terms().over(new EffectiveRange(whole.from(), from)), true));
        }
      }

      void alias(NewAlias wanted, Instant from) {
        List<StandingAlias> same =
            standingAliases.stream().filter(row -> sameName(row.terms(), wanted)).toList();
        if (same.isEmpty()) {
          newAliases.add(wanted);
          return;
        }
        EffectiveRange range = new EffectiveRange(from, Instant.MAX);
        List<StandingAlias> others =
            same.stream()
                .filter(row -> row.effective().overlaps(range))
                .filter(row -> !row.terms().alias().model().equals(wanted.alias().model()))
                .toList();
        if (others.isEmpty()) {
          return;
        }
        for (StandingAlias row : others) {
          supersededAliases.add(row);
          row.effective()
              .without(range)
              .forEach(left -> aliasRemainders.add(row.terms().over(left)));
        }
        Instant end =
            same.stream()
                .filter(row -> !others.contains(row))
                .map(row -> row.effective().from())
                .filter(from::isBefore)
                .min(Instant::compareTo)
                .orElse(Instant.MAX);
        newAliases.add(wanted.over(new EffectiveRange(from, end)));
      }

      private boolean sameName(NewAlias one, NewAlias other) {
        Alias a = one.alias();
        return a.provider().equals(other.alias().provider())
            && a.match().equals(other.alias().match());
      }

      ImportPlan plan() {
        return new ImportPlan(
            keys,
            superseded,
            remainders,
            newAliases,
            supersededAliases,
            aliasRemainders,
            held,
            missing,
            unchanged);
      }
    }
  }

  /** A list's rows that passed the rules, and the remarks about those that did not. */
  record Checked(
      List<Wanted> prices, List<NewAlias> aliases, List<Remark> refused, List<Remark> ignored) {}
}
