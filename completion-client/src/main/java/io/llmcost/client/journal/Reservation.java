package io.llmcost.client.journal;

/**
 * Room for one largest record, taken before it is known. Closing gives back what was not used;
 * closing twice, or after its use, does nothing.
 */
public interface Reservation extends AutoCloseable {
  @Override
  void close();
}
