package io.llmcost.client.journal;

/** A record taken from the journal, which stays there until it is acknowledged. */
public final class JournalRecord {
  final Segment segment;
  final int index;
  final long appendedMillis;
  private final byte[] bytes;

  /** Guarded by the journal's acknowledgements. */
  boolean acknowledged;

  JournalRecord(Segment segment, int index, long appendedMillis, byte[] bytes) {
    this.segment = segment;
    this.index = index;
    this.appendedMillis = appendedMillis;
    this.bytes = bytes;
  }

  /** Returns the record as it was appended; not a copy. */
  public byte[] bytes() {
    return bytes;
  }
}
