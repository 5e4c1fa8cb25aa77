package io.llmcost.gateway.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpResponse;

/** Hears a request that asks for another protocol, and that protocol's bytes where it gets it. */
public interface UpgradeListener extends UpstreamListener {

  /** The provider switched protocols; nothing of HTTP comes after this. */
  void upgraded(HttpResponse head);

  /** Bytes of the other protocol; the listener releases them. */
  void bytes(ByteBuf bytes);
}
