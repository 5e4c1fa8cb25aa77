package io.llmcost.gateway.server;

import io.llmcost.gateway.upstream.UpstreamPools;
import io.netty.channel.EventLoop;

/**
 * What belongs to one event loop, and is touched by its thread alone.
 *
 * @param eventLoop the thread
 * @param pools its connections to providers
 * @param watch its time limits
 * @param scratch room to look at a part of an answer as bytes
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Loop(EventLoop eventLoop, UpstreamPools pools, Watch watch, byte[] scratch) {
  /** Longest part of a body that a connection hands on at once, in bytes. */
  public static final int MAX_PART_BYTES = 64 * 1024;
}
