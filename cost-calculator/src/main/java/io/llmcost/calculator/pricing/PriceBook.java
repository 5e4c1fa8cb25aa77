package io.llmcost.calculator.pricing;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * One version of the price book, whole, in memory and never changed: every instance that holds the
 * same version prices the same event alike.
 */
public final class PriceBook {

  private final long version;
  private final String currency;
  private final int size;
  private final ProviderBook anyProvider;
  private final Map<String, ProviderBook> byProvider;

  private PriceBook(
      long version,
      String currency,
      int size,
      ProviderBook anyProvider,
      Map<String, ProviderBook> byProvider) {
    this.version = version;
    this.currency = currency;
    this.size = size;
    this.anyProvider = anyProvider;
    this.byProvider = Map.copyOf(byProvider);
  }

  /**
   * Builds a book.
   *
   * @param version of the stored book that it was read from
   * @param currency of every price, and of every cost
   * @param prices those that are in force at some time; of one key never two at once
   */
  public static PriceBook of(
      long version, String currency, List<Price> prices, List<Alias> aliases) {
    Map<String, Map<ModelMatch, RateCard>> cards = cards(prices);
    Map<String, List<Alias>> named = new HashMap<>();
    for (Alias alias : aliases) {
      named.computeIfAbsent(alias.provider(), p -> new ArrayList<>()).add(alias);
    }
    ProviderBook any =
        new ProviderBook(
            cards.getOrDefault(PriceKey.ANY, Map.of()),
            named.getOrDefault(PriceKey.ANY, List.of()),
            null);
    Set<String> providers = new HashSet<>(cards.keySet());
    providers.addAll(named.keySet());
    providers.remove(PriceKey.ANY);
    Map<String, ProviderBook> byProvider = new HashMap<>();
    for (String provider : providers) {
      byProvider.put(
          provider,
          new ProviderBook(
              cards.getOrDefault(provider, Map.of()),
              named.getOrDefault(provider, List.of()),
              any));
    }
    return new PriceBook(version, currency, prices.size(), any, byProvider);
  }

  public long version() {
    return version;
  }

  public String currency() {
    return currency;
  }

  /** Returns how many prices the book has. */
  public int size() {
    return size;
  }

  /** Returns the providers that have an exact price of {@code model}, or else a name of it. */
  public Set<String> providersOf(String model) {
    String name = model.toLowerCase(Locale.ROOT);
    Set<String> exact = new HashSet<>();
    Set<String> covering = new HashSet<>();
    byProvider.forEach(
        (provider, book) -> {
          if (book.hasExactly(name)) {
            exact.add(provider);
          } else if (book.covers(name)) {
            covering.add(provider);
          }
        });
    return exact.isEmpty() ? covering : exact;
  }

  ProviderBook of(String provider) {
    ProviderBook book = byProvider.get(provider);
    if (book == null) {
      book = byProvider.get(provider.toLowerCase(Locale.ROOT));
    }
    return book == null ? anyProvider : book;
  }

  private static Map<String, Map<ModelMatch, RateCard>> cards(List<Price> prices) {
    Map<String, Map<ModelMatch, List<Rate>>> rates = new HashMap<>();
    for (Price price : prices) {
      rates
          .computeIfAbsent(price.key().provider(), p -> new HashMap<>())
          .computeIfAbsent(price.key().match(), m -> new ArrayList<>())
          .add(new Rate(price));
    }
    Map<String, Map<ModelMatch, RateCard>> cards = new HashMap<>();
    rates.forEach(
        (provider, byMatch) -> {
          Map<ModelMatch, RateCard> made = new HashMap<>();
          byMatch.forEach((match, list) -> made.put(match, new RateCard(list)));
          cards.put(provider, made);
        });
    return cards;
  }
}
