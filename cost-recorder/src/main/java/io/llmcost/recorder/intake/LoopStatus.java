package io.llmcost.recorder.intake;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What a consumer thread says of itself to health checks and metrics, on other threads. */
public final class LoopStatus {

  /**
   * A thread's state.
   *
   * @param reason why it waits; null while it runs
   * @param since when it began to
   */
  public record State(@Nullable String reason, Instant since) {
    boolean isRunning() {
      return reason == null;
    }
  }

  private final String name;
  private volatile State state = new State("not started", Instant.EPOCH);
  private volatile @Nullable Instant oldestUnrecorded;
  private volatile long lag;
  private volatile int partitions;

  public LoopStatus(String name) {
    this.name = name;
  }

  public String name() {
    return name;
  }

  public State state() {
    return state;
  }

  /** When the oldest record that is known and not recorded was appended; null if there is none. */
  public @Nullable Instant oldestUnrecorded() {
    return oldestUnrecorded;
  }

  /** Records between this consumer and the ends of its partitions, as of its last poll. */
  public long lag() {
    return lag;
  }

  public int partitions() {
    return partitions;
  }

  void running(Instant now) {
    if (!state.isRunning()) {
      state = new State(null, now);
    }
  }

  void waiting(String reason, Instant now) {
    State before = state;
    state = new State(reason, before.isRunning() ? now : before.since());
  }

  void behind(@Nullable Instant oldest, long records, int assigned) {
    oldestUnrecorded = oldest;
    lag = records;
    partitions = assigned;
  }
}
