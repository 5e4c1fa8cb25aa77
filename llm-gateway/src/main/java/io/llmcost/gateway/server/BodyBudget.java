package io.llmcost.gateway.server;

import java.util.concurrent.atomic.AtomicLong;

/** Memory that request bodies being read may take together, in bytes; for any number of threads. */
public final class BodyBudget {
  private final long maxBytes;
  private final AtomicLong used = new AtomicLong();

  /** Has {@code maxBytes} to give. */
  public BodyBudget(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  boolean take(long bytes) {
    if (used.addAndGet(bytes) <= maxBytes) {
      return true;
    }
    used.addAndGet(-bytes);
    return false;
  }

  void giveBack(long bytes) {
    used.addAndGet(-bytes);
  }

  /** Returns how much is taken. */
  public long used() {
    return used.get();
  }
}
