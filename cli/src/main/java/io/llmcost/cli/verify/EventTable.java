package io.llmcost.cli.verify;

import java.util.UUID;

/** The ledger's events in memory: 25 bytes each, so that millions fit; open addressing. */
final class EventTable {
  /** What the topic has said of an event. */
  enum Seen {
    /** No record of the topic has this id. */
    NOWHERE(0),
    /** Records of this id came, none with this usage and cost. */
    OTHERWISE(1),
    /** A record came with this usage and cost. */
    ALIKE(2);

    private final byte code;

    Seen(int code) {
      this.code = (byte) code;
    }

    private static Seen of(byte code) {
      return code == ALIKE.code ? ALIKE : code == OTHERWISE.code ? OTHERWISE : NOWHERE;
    }
  }

  private static final byte EMPTY = -1;

  private long[] high = new long[1 << 10];
  private long[] low = new long[1 << 10];
  private long[] prints = new long[1 << 10];
  private byte[] states = empty(1 << 10);
  private int size;

  /** What {@link #each} hands out. */
  interface Visitor {
    void visit(UUID eventId, Seen seen);
  }

  /** Adds an event that the table does not have, with the print that a record of it must have. */
  void put(UUID id, long print) {
    if (size >= states.length / 2) {
      grow();
    }
    int slot = slot(id.getMostSignificantBits(), id.getLeastSignificantBits());
    set(slot, id.getMostSignificantBits(), id.getLeastSignificantBits(), print, Seen.NOWHERE.code);
    size++;
  }

  boolean contains(UUID id) {
    return states[slot(id.getMostSignificantBits(), id.getLeastSignificantBits())] != EMPTY;
  }

  /** Notes a record of the topic; returns false where the table has no event of this id. */
  boolean see(UUID id, long print) {
    int slot = slot(id.getMostSignificantBits(), id.getLeastSignificantBits());
    if (states[slot] == EMPTY) {
      return false;
    }
    Seen seen = prints[slot] == print ? Seen.ALIKE : Seen.OTHERWISE;
    states[slot] = (byte) Math.max(states[slot], seen.code);
    return true;
  }

  int size() {
    return size;
  }

  void each(Visitor visitor) {
    for (int slot = 0; slot < states.length; slot++) {
      if (states[slot] != EMPTY) {
        visitor.visit(new UUID(high[slot], low[slot]), Seen.of(states[slot]));
      }
    }
  }

  /** Where this id is, or where it would be put. */
  private int slot(long msb, long lsb) {
    int mask = states.length - 1;
    int slot = (int) (hash(msb, lsb) & mask);
    while (states[slot] != EMPTY && (high[slot] != msb || low[slot] != lsb)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  /** Spreads ids evenly, whatever their bits have in common. */
  static long hash(long msb, long lsb) {
    long mixed = (msb ^ Long.rotateLeft(lsb, 29)) * 0x9E3779B97F4A7C15L;
    mixed = (mixed ^ (mixed >>> 32)) * 0xD6E8FEB86659FD93L;
    return mixed ^ (mixed >>> 32);
  }

  private void grow() {
    EventTable larger = new EventTable();
    int capacity = states.length * 2;
    larger.high = new long[capacity];
    larger.low = new long[capacity];
    larger.prints = new long[capacity];
    larger.states = empty(capacity);
    for (int i = 0; i < states.length; i++) {
      if (states[i] != EMPTY) {
        larger.set(larger.slot(high[i], low[i]), high[i], low[i], prints[i], states[i]);
      }
    }
    high = larger.high;
    low = larger.low;
    prints = larger.prints;
    states = larger.states;
  }

  private void set(int slot, long msb, long lsb, long print, byte state) {
    high[slot] = msb;
    low[slot] = lsb;
    prints[slot] = print;
    states[slot] = state;
  }

  private static byte[] empty(int capacity) {
    byte[] states = new byte[capacity];
    java.util.Arrays.fill(states, EMPTY);
    return states;
  }
}
