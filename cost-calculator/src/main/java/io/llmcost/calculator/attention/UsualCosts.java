package io.llmcost.calculator.attention;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a model's requests usually cost, so that one that costs far more is noticed. Learned anew by
 * each process from what it prices, in billionths of the ledger's currency; the older half of what
 * it knows counts less and less.
 */
final class UsualCosts {

  /** Below this nothing is worth a look: a hundredth of the currency's unit. */
  private static final long LEAST_NANOS = 10_000_000;

  private static final int PLACES = 9;
  private static final int ENOUGH = 100;
  private static final int FORGET_AT = 10_000;
  private static final int MAX_MODELS = 10_000;
  private static final BigDecimal MAX_KNOWN = new BigDecimal(1_000_000);

  private record Model(String provider, String name) {}

  private final long factor;
  private final ConcurrentHashMap<Model, Usual> byModel = new ConcurrentHashMap<>();

  /**
   * @param factor how many times the usual is an outlier; 0 for never
   */
  UsualCosts(long factor) {
    this.factor = factor;
  }

  /** Takes one request's cost in, and returns whether it is far above what was usual before it. */
  boolean isOutlier(String provider, String model, BigDecimal cost) {
    if (factor == 0 || cost.signum() <= 0) {
      return false;
    }
    Model key = new Model(provider, model);
    Usual usual = byModel.get(key);
    if (usual == null) {
      if (byModel.mappingCount() >= MAX_MODELS) {
        return false;
      }
      usual = byModel.computeIfAbsent(key, k -> new Usual());
    }
    return usual.isOutlier(nanos(cost), factor);
  }

  private static long nanos(BigDecimal cost) {
    BigDecimal known = cost.compareTo(MAX_KNOWN) > 0 ? MAX_KNOWN : cost;
    return known.setScale(PLACES, RoundingMode.DOWN).unscaledValue().longValueExact();
  }

  private static final class Usual {
    private long requests;
    private long sum;

    synchronized boolean isOutlier(long nanos, long factor) {
      boolean outlier =
          requests >= ENOUGH && nanos >= LEAST_NANOS && nanos / factor > sum / requests;
      // An outlier does not make the next one usual, but a model that has become dear is learned.
      sum += outlier ? Math.min(nanos, 2 * (sum / requests)) : nanos;
      requests++;
      if (requests >= FORGET_AT) {
        requests /= 2;
        sum /= 2;
      }
      return outlier;
    }
  }
}
