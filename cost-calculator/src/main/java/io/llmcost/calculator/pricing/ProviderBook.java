package io.llmcost.calculator.pricing;

import io.llmcost.calculator.pricing.ModelMatch.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The entries of one provider, with those for any provider behind them. */
final class ProviderBook {

  // Names come from events: a caller that invents them must not fill the memory.
  private static final int MAX_CACHED_NAMES = 10_000;

  private static final Comparator<Match> MOST_SPECIFIC_FIRST =
      Comparator.comparingInt((Match match) -> -match.literals)
          .thenComparing(match -> match.kind)
          .thenComparing(match -> match.value);

  private record Match(
      int literals, Kind kind, String value, Predicate<String> covers, Entries.Entry entry) {}

  private final Map<String, RateCard> exact = new HashMap<>();
  private final List<Match> matches = new ArrayList<>();
  private final RateCard byDefault;
  private final @Nullable ProviderBook anyProvider;
  private final ConcurrentHashMap<String, Entries> byName = new ConcurrentHashMap<>();

  /**
   * @param cards of this provider, by match
   * @param anyProvider the entries for any provider; null in those themselves
   */
  ProviderBook(
      Map<ModelMatch, RateCard> cards, List<Alias> aliases, @Nullable ProviderBook anyProvider) {
    this.anyProvider = anyProvider;
    RateCard fallback = RateCard.EMPTY;
    for (Map.Entry<ModelMatch, RateCard> card : cards.entrySet()) {
      ModelMatch match = card.getKey();
      switch (match.kind()) {
        case EXACT -> exact.put(match.value(), card.getValue());
        case PREFIX, PATTERN ->
            matches.add(match(match, new Entries.Entry(card.getValue(), EffectiveRange.ALWAYS)));
        case DEFAULT -> fallback = card.getValue();
      }
    }
    this.byDefault = fallback;
    for (Alias alias : aliases) {
      RateCard card = exactly(alias.model().toLowerCase(Locale.ROOT));
      if (card != null) {
        matches.add(match(alias.match(), new Entries.Entry(card, alias.effective())));
      }
    }
    matches.sort(MOST_SPECIFIC_FIRST);
  }

  /** Returns the entries that cover {@code model}, defaults not among them. */
  Entries covering(String model) {
    Entries known = byName.get(model);
    return known != null ? known : resolve(model);
  }

  /** Returns the rate of a default entry: the provider's, else the global one; or null. */
  @Nullable Rate fallback(String meter, Conditions conditions) {
    Rate own = byDefault.find(meter, conditions);
    return own != null || anyProvider == null ? own : anyProvider.fallback(meter, conditions);
  }

  /** Returns whether this provider, by itself, has prices of just this name, in lower case. */
  boolean hasExactly(String name) {
    return exact.containsKey(name);
  }

  /** Returns whether one of this provider's own matches covers {@code name}, in lower case. */
  boolean covers(String name) {
    return matches.stream().anyMatch(match -> match.covers.test(name));
  }

  /** Returns how many names this remembers the entries of. */
  long cachedNames() {
    return byName.mappingCount();
  }

  private Entries resolve(String model) {
    List<Entries.Entry> found = new ArrayList<>();
    collect(model.toLowerCase(Locale.ROOT), found);
    Entries entries = found.isEmpty() ? Entries.NONE : new Entries(found);
    if (byName.mappingCount() < MAX_CACHED_NAMES) {
      byName.put(model, entries);
    }
    return entries;
  }

  private void collect(String name, List<Entries.Entry> found) {
    RateCard own = exact.get(name);
    if (own != null) {
      found.add(new Entries.Entry(own, EffectiveRange.ALWAYS));
    }
    for (Match match : matches) {
      if (match.covers.test(name)) {
        found.add(match.entry);
      }
    }
    if (anyProvider != null) {
      anyProvider.collect(name, found);
    }
  }

  private @Nullable RateCard exactly(String name) {
    RateCard own = exact.get(name);
    return own != null || anyProvider == null ? own : anyProvider.exactly(name);
  }

  private static Match match(ModelMatch match, Entries.Entry entry) {
    Predicate<String> covers =
        switch (match.kind()) {
          case EXACT -> match.value()::equals;
          case PREFIX -> name -> name.startsWith(match.value());
          case PATTERN -> match.pattern().asMatchPredicate();
          case DEFAULT -> throw new IllegalArgumentException("a default is no match");
        };
    return new Match(match.literals(), match.kind(), match.value(), covers, entry);
  }
}
