package io.llmcost.benchmarks;

import java.util.Arrays;

/** Times in nanoseconds, all of them, so that any quantile is exact; for one thread. */
final class Samples {
  private long[] all = new long[1 << 16];
  private int size;

  void add(long nanos) {
    if (size == all.length) {
      all = Arrays.copyOf(all, 2 * size);
    }
    all[size++] = nanos;
  }

  int size() {
    return size;
  }

  /** How many took longer than {@code nanos}. */
  int above(long nanos) {
    int count = 0;
    for (int i = 0; i < size; i++) {
      count += all[i] > nanos ? 1 : 0;
    }
    return count;
  }

  /** In milliseconds; what was asked for must not be added to afterwards. */
  double millis(double quantile) {
    Arrays.sort(all, 0, size);
    return size == 0 ? 0 : all[(int) Math.min(size - 1L, (long) (quantile * size))] / 1e6;
  }
}
