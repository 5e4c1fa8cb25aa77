package io.llmcost.cli.demo;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** Sums by provider and model. */
record Bill(SortedMap<Key, Sums> lines) {
  Bill {
    lines = Collections.unmodifiableSortedMap(new TreeMap<>(lines));
  }

  /** What one line of a bill is about; the model is the one that answered, else the one asked. */
  record Key(String provider, String model) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      int byProvider = provider.compareTo(other.provider);
      return byProvider != 0 ? byProvider : model.compareTo(other.model);
    }
  }

  /** Exact sums; two are equal if their amounts are, whatever their scale. */
  record Sums(long requests, long promptTokens, long completionTokens, BigDecimal cost) {
    static final Sums NOTHING = new Sums(0, 0, 0, BigDecimal.ZERO);

    Sums plus(Sums other) {
      return new Sums(
          requests + other.requests,
          promptTokens + other.promptTokens,
          completionTokens + other.completionTokens,
          cost.add(other.cost));
    }

    boolean same(Sums other) {
      return requests == other.requests
          && promptTokens == other.promptTokens
          && completionTokens == other.completionTokens
          && cost.compareTo(other.cost) == 0;
    }
  }

  Sums of(Key key) {
    return lines.getOrDefault(key, Sums.NOTHING);
  }

  Sums total() {
    return lines.values().stream().reduce(Sums.NOTHING, Sums::plus);
  }
}
