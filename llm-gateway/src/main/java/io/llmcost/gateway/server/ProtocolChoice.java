package io.llmcost.gateway.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http2.Http2CodecUtil;
import java.util.List;
import java.util.function.Consumer;

/**
 * Looks at the first bytes of a connection, and is gone: with HTTP/2's preface the pipeline is made
 * anew for it, with anything else it stays the one of HTTP/1.1. There is no TLS here whose
 * handshake would settle this; callers that speak HTTP/2 all the same know it beforehand, as AWS's
 * SDK for Bedrock takes it for granted.
 */
final class ProtocolChoice extends ByteToMessageDecoder {
  private static final ByteBuf PREFACE = Http2CodecUtil.connectionPrefaceBuf();

  private final Consumer<ChannelHandlerContext> http2;

  /** Has {@code http2} make the pipeline, which still ends with what HTTP/1.1 needs. */
  ProtocolChoice(Consumer<ChannelHandlerContext> http2) {
    this.http2 = http2;
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    int length = Math.min(in.readableBytes(), PREFACE.readableBytes());
    for (int i = 0; i < length; i++) {
      if (in.getByte(in.readerIndex() + i) != PREFACE.getByte(PREFACE.readerIndex() + i)) {
        ctx.pipeline().remove(this); // which hands on what has come
        return;
      }
    }
    if (length == PREFACE.readableBytes()) {
      http2.accept(ctx);
      ctx.pipeline().remove(this);
    }
  }
}
