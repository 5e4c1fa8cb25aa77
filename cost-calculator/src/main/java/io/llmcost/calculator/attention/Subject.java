package io.llmcost.calculator.attention;

import java.util.Comparator;

/**
 * What an entry of the queue is about; rows are written in this order, so that writers never cross.
 */
record Subject(String provider, String model, Concern concern) implements Comparable<Subject> {

  /** Stands for every provider or model that came after the queue was full. */
  static final String OTHERS = "*";

  private static final Comparator<Subject> ORDER =
      Comparator.comparing(Subject::provider)
          .thenComparing(Subject::model)
          .thenComparing(Subject::concern);

  @Override
  public int compareTo(Subject other) {
    return ORDER.compare(this, other);
  }
}
