package io.llmcost.gateway.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.HttpConversionUtil.ExtensionHeaderNames;
import io.netty.util.ReferenceCountUtil;

/**
 * One caller's HTTP/2 connection. Each of its streams is a {@link ClientConnection} with one
 * request; this ends it when it carries none for too long, or the server stops.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails ends the connection, which is heard
final class Http2Caller extends ChannelInboundHandlerAdapter
    implements Watch.Watched, ServerState.Open {

  /** Takes out of a request what the conversion from HTTP/2 put there, which nobody sent. */
  static final class OwnHeaders extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      if (message instanceof HttpMessage head) {
        for (ExtensionHeaderNames added : ExtensionHeaderNames.values()) {
          head.headers().remove(added.text());
        }
      }
      ctx.fireChannelRead(message);
    }
  }

  private final Loop loop;
  private final Channel channel;
  private final Http2Connection streams;
  private final long keepAliveNanos;
  private final ServerState state;
  private long idleSinceNanos = System.nanoTime();

  Http2Caller(
      Loop loop, Channel channel, Http2Connection streams, long keepAliveNanos, ServerState state) {
    this.loop = loop;
    this.channel = channel;
    this.streams = streams;
    this.keepAliveNanos = keepAliveNanos;
    this.state = state;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    loop.watch().add(this);
    state.opened(this);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    loop.watch().remove(this);
    state.closed(this);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ReferenceCountUtil.release(message); // settings and the like, which the codec has acted upon
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    channel.close();
  }

  @Override
  public void check(long nowNanos) {
    if (streams.numActiveStreams() > 0) {
      idleSinceNanos = nowNanos;
    } else if (state.stopping() || nowNanos - idleSinceNanos >= keepAliveNanos) {
      channel.close();
    }
  }

  @Override
  public Loop loop() {
    return loop;
  }

  @Override
  public void stop() {
    check(System.nanoTime());
  }

  @Override
  public void close() {
    channel.close();
  }
}
