package io.llmcost.gateway.server;

import io.netty.buffer.ByteBuf;

/** Takes a caller's bytes once its connection has left HTTP. */
public interface Tunnel {

  /** Bytes from the caller; released by the callee. */
  void fromCaller(ByteBuf bytes);

  /** All that has come for now was handed on. */
  void callerPaused();
}
