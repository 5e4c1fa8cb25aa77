package io.llmcost.client.journal;

import java.util.concurrent.atomic.AtomicLong;

/** The bytes that the journal may still take, given out to appends before they write. */
final class Room {
  private final long maxBytes;

  /** Bytes stored and bytes given out. */
  private final AtomicLong taken = new AtomicLong();

  private final AtomicLong stored = new AtomicLong();

  Room(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  long storedBytes() {
    return stored.get();
  }

  long reservedBytes() {
    return Math.max(0, taken.get() - stored.get());
  }

  /** Takes note of what an earlier process left, even if that is too much by now. */
  void recovered(long bytes) {
    taken.addAndGet(bytes);
    stored.addAndGet(bytes);
  }

  Share take(int bytes) {
    long before = taken.get();
    while (before + bytes <= maxBytes) {
      if (taken.compareAndSet(before, before + bytes)) {
        return new Share(bytes);
      }
      before = taken.get();
    }
    throw new JournalFullException(
        "the journal is full: " + stored.get() + " of " + maxBytes + " bytes wait for Kafka");
  }

  void freed(long bytes) {
    taken.addAndGet(-bytes);
    stored.addAndGet(-bytes);
  }

  /** Some bytes given out, used once or given back. */
  final class Share implements Reservation {
    private final AtomicLong left;

    private Share(int bytes) {
      left = new AtomicLong(bytes);
    }

    /** Turns {@code bytes} of these into stored ones; the others are given back. */
    void store(int bytes) {
      stored.addAndGet(bytes);
      taken.addAndGet(bytes - left.getAndSet(0));
    }

    boolean covers(int bytes) {
      return left.get() >= bytes;
    }

    @Override
    public void close() {
      taken.addAndGet(-left.getAndSet(0));
    }
  }
}
