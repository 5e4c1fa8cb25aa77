package io.llmcost.gateway.server;

import java.util.HashSet;
import java.util.Set;

/**
 * Time limits of one event loop: looks at everything under watch a few times a second, which costs
 * a call nothing, where a timer for each would.
 */
public final class Watch {

  /** Something whose time can be over. */
  public interface Watched {
    /** Ends what took too long. */
    void check(long nowNanos);
  }

  private final Set<Watched> all = new HashSet<>();

  /** Puts something under watch. */
  public void add(Watched watched) {
    all.add(watched);
  }

  /** Ends the watch over something. */
  public void remove(Watched watched) {
    all.remove(watched);
  }

  int size() {
    return all.size();
  }

  /** Checks all; what a check adds or removes is seen the next time. */
  void sweep(long nowNanos) {
    for (Watched watched : all.toArray(Watched[]::new)) {
      watched.check(nowNanos);
    }
  }
}
