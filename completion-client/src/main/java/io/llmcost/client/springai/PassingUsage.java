package io.llmcost.client.springai;

import io.llmcost.client.Tracking;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.metadata.Usage;
import org.springframework.ai.chat.model.ChatResponse;

/** What one stream tells of its usage while it passes, and under which {@link Tracking} it is. */
final class PassingUsage {
  static final ScopedValue<PassingUsage> CURRENT = ScopedValue.newInstance();

  private final Tracking tracking;
  private volatile @Nullable Usage usage;

  PassingUsage(Tracking tracking) {
    this.tracking = tracking;
  }

  /** Returns the one of the stream that is being subscribed to on this thread; null for none. */
  static @Nullable PassingUsage current() {
    return CURRENT.isBound() ? CURRENT.get() : null;
  }

  Tracking tracking() {
    return tracking;
  }

  // Running totals: the last one that tells anything counts.
  void see(ChatResponse response) {
    Usage told = response.getMetadata() == null ? null : response.getMetadata().getUsage();
    if (told != null && told.getTotalTokens() != null && told.getTotalTokens() > 0) {
      usage = told;
    }
  }

  @Nullable Usage usage() {
    return usage;
  }
}
