package io.llmcost.recorder.ledger;

import java.util.List;

/** Finds the record that a batch fails on, keeping order: halves are tried until one is alone. */
public final class Bisection {
  private Bisection() {}

  /** Writes records in one transaction, all or none. */
  public interface Attempt<T> {
    /**
     * Writes {@code records}.
     *
     * @throws RefusedRecordException if at least one of them can never be written
     */
    void write(List<T> records) throws RefusedRecordException;

    /** Ends a record that was refused when it was tried alone. */
    void refuse(T record, RefusedRecordException reason);
  }

  /** Writes every record of {@code batch} or refuses it, in order, each exactly once. */
  public static <T> void run(List<T> batch, Attempt<T> attempt) {
    if (batch.isEmpty()) {
      return;
    }
    try {
      attempt.write(batch);
    } catch (RefusedRecordException e) {
      if (batch.size() == 1) {
        attempt.refuse(batch.getFirst(), e);
      } else {
        int middle = batch.size() / 2;
        run(batch.subList(0, middle), attempt);
        run(batch.subList(middle, batch.size()), attempt);
      }
    }
  }
}
