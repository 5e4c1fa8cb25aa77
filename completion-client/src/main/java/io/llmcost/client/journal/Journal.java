package io.llmcost.client.journal;

/** Skeleton. */
public final class Journal implements AutoCloseable {
  private Journal() {}

  /** Opens, and locks, the journal of {@code settings}; records left from before wait in it. */
  public static Journal open(JournalSettings settings) {
    return io.llmcost.client.provider.Later.value(Journal.class);
  }

  @Override
  public void close() {}
}
