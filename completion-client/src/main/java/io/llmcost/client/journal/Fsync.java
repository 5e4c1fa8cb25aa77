package io.llmcost.client.journal;

/** When the journal's records are forced to the device; without, a power cut may lose the last. */
public enum Fsync {
  /** Never by us: a record survives the death of the process, not that of the machine. */
  NONE,
  /** Every {@link JournalSettings#fsyncInterval}. */
  INTERVAL,
  /** Before each append returns; appends that wait together share one. */
  EACH
}
