package io.llmcost.gateway.upstream;

import java.time.Duration;

/**
 * How much one event loop asks of one provider.
 *
 * @param connectionsPerLoop most connections open at once
 * @param pendingPerLoop most calls that wait for one of them
 * @param connectNanos longest time until a connection is there, waiting in line apart
 * @param idleNanos a connection unused for this long is closed
 * @param ageNanos a connection this old is not used again, so that a changed address is noticed
 */
public record UpstreamLimits(
    int connectionsPerLoop, int pendingPerLoop, long connectNanos, long idleNanos, long ageNanos) {

  /** Shares limits of the whole process out to {@code loops} event loops, rounded up. */
  public static UpstreamLimits perLoop(
      int connections, int pending, Duration connect, Duration idle, Duration age, int loops) {
    return new UpstreamLimits(
        Math.ceilDiv(connections, loops),
        Math.ceilDiv(pending, loops),
        connect.toNanos(),
        idle.toNanos(),
        age.toNanos());
  }
}
