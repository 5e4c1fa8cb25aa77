package io.llmcost.gateway.server;

import io.llmcost.gateway.problem.Problem;
import io.llmcost.gateway.problem.ProblemException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One caller's connection, or one stream of it in HTTP/2: takes its requests one after the other,
 * gives each to an exchange, and ends when caller or exchange wants it. Requests sent ahead wait,
 * unread beyond a few.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails ends the connection, which is heard
public final class ClientConnection extends ChannelInboundHandlerAdapter
    implements Caller, Watch.Watched, ServerState.Open {
  private static final Logger log = LoggerFactory.getLogger(ClientConnection.class);
  private static final int MAX_WAITING = 64;
  private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(5);

  /**
   * How long a connection may wait for its next request, and for more of the current one's body.
   */
  record Timeouts(long keepAliveNanos, long bodyNanos) {}

  private final ExchangeFactory exchanges;
  private final Loop loop;
  private final Channel channel;
  private final Timeouts timeouts;
  private final ServerState state;
  private final ArrayDeque<HttpObject> waiting = new ArrayDeque<>();

  private @Nullable Exchange exchange;
  private @Nullable Tunnel tunnel;
  private boolean requestComplete = true;
  private boolean keepAlive = true;
  private boolean oldVersion;
  private boolean draining;
  private boolean pausedByExchange;
  private boolean lingering;
  private long sinceNanos = System.nanoTime();
  private long receivedNanos = sinceNanos;

  ClientConnection(
      ExchangeFactory exchanges, Loop loop, Channel channel, Timeouts timeouts, ServerState state) {
    this.exchanges = exchanges;
    this.loop = loop;
    this.channel = channel;
    this.timeouts = timeouts;
    this.state = state;
  }

  // ---- for exchanges ----

  @Override
  public Loop loop() {
    return loop;
  }

  /** Returns whether the connection outlives the current exchange, as far as is known. */
  public boolean keepsAlive() {
    return keepAlive && !state.stopping();
  }

  @Override
  public boolean isOldVersion() {
    return oldVersion;
  }

  @Override
  public void write(HttpObject part) {
    channel.write(part, channel.voidPromise());
  }

  /** Writes bytes as they are, on a connection that has left HTTP. */
  public void writeBytes(ByteBuf bytes) {
    channel.write(bytes, channel.voidPromise());
  }

  /** Leaves HTTP: what the caller sends from now on goes to {@code to}. */
  public void tunnel(Tunnel to) {
    tunnel = to;
    keepAlive = false;
    channel.pipeline().remove(HttpServerCodec.class);
  }

  @Override
  public void flush() {
    channel.flush();
  }

  @Override
  public boolean isWritable() {
    return channel.isWritable();
  }

  @Override
  public void describe(HttpResponse head, boolean lengthKnown) {
    if (oldVersion && !lengthKnown) {
      keepAlive = false;
    }
    if (!keepsAlive()) {
      keepAlive = false;
      head.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    } else if (oldVersion) {
      head.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
    }
  }

  @Override
  public void setReading(boolean reading) {
    pausedByExchange = !reading;
    updateReading();
  }

  @Override
  public void sendContinue() {
    channel.writeAndFlush(
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
  }

  @Override
  public void respond(OwnAnswer answer) {
    if (!channel.isActive()) {
      return;
    }
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(answer.status()),
            Unpooled.wrappedBuffer(answer.body()));
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, answer.contentType())
        .setInt(HttpHeaderNames.CONTENT_LENGTH, answer.body().length);
    answer.headers().forEach((name, value) -> response.headers().set(name, value));
    if (!requestComplete) {
      keepAlive = false;
    }
    describe(response, true);
    write(response);
    answered();
  }

  // Takes the next request, or ends.
  @Override
  public void answered() {
    exchange = null;
    pausedByExchange = false;
    flush();
    if (!requestComplete || !keepsAlive()) {
      linger();
      return;
    }
    sinceNanos = System.nanoTime();
    drain();
  }

  @Override
  public void abort(boolean reset) {
    exchange = null;
    if (reset) {
      channel.config().setOption(ChannelOption.SO_LINGER, 0);
    }
    channel.close();
  }

  // ---- from the network ----

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    loop.watch().add(this);
    state.opened(this);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    Tunnel to = tunnel;
    if (to != null && message instanceof ByteBuf bytes) {
      to.fromCaller(bytes);
      return;
    }
    if (lingering || !(message instanceof HttpObject object)) {
      ReferenceCountUtil.release(message);
      return;
    }
    receivedNanos = System.nanoTime();
    waiting.add(object);
    drain();
    if (waiting.size() > MAX_WAITING) {
      updateReading();
    }
  }

  /** The caller speaks HTTP/2: its streams are connections, this is none. */
  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    loop.watch().remove(this);
    state.closed(this);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    Tunnel to = tunnel;
    if (to != null) {
      to.callerPaused();
    }
  }

  private void drain() {
    if (draining) {
      return;
    }
    draining = true;
    try {
      while (!lingering && !waiting.isEmpty() && (exchange == null || !requestComplete)) {
        dispatch(waiting.remove());
      }
    } finally {
      draining = false;
    }
    updateReading();
  }

  private void updateReading() {
    boolean reading = lingering || !(pausedByExchange || waiting.size() > MAX_WAITING);
    if (channel.config().isAutoRead() != reading) {
      channel.config().setAutoRead(reading);
    }
  }

  private void dispatch(HttpObject object) {
    if (object.decoderResult().isFailure()) {
      ReferenceCountUtil.release(object);
      unreadable(object.decoderResult().cause());
      return;
    }
    if (object instanceof HttpRequest head) {
      begin(head);
    }
    if (object instanceof HttpContent content) {
      if (content instanceof LastHttpContent) {
        requestComplete = true;
      }
      Exchange to = exchange;
      if (to == null) {
        content.release();
      } else {
        to.content(content);
      }
    }
  }

  private void begin(HttpRequest head) {
    requestComplete = false;
    keepAlive = HttpUtil.isKeepAlive(head);
    oldVersion = head.protocolVersion().compareTo(HttpVersion.HTTP_1_1) < 0;
    Exchange next = open(head);
    exchange = next;
    next.begin();
  }

  private Exchange open(HttpRequest head) {
    OwnAnswer refusal;
    try {
      return exchanges.open(this, head);
    } catch (ProblemException e) {
      refusal = OwnAnswer.problem(e.problem(), e.headers());
    } catch (RuntimeException e) {
      // Without its query, which may carry a key.
      log.error("{} {} failed", head.method(), head.uri().split("\\?", 2)[0], e);
      refusal = OwnAnswer.problem(Problem.of(500, "Internal error", "The gateway's log says why."));
    }
    return new RefusedExchange(this, refusal, HttpUtil.is100ContinueExpected(head));
  }

  // Not HTTP, or more of it than is allowed; where the next request would begin is unknown.
  private void unreadable(Throwable cause) {
    keepAlive = false;
    Exchange current = exchange;
    if (current != null) {
      exchange = null;
      current.callerGone();
      channel.close();
      return;
    }
    requestComplete = false;
    // Fixed words: what Netty says may repeat what the caller sent.
    respond(
        OwnAnswer.problem(
            switch (cause) {
              case TooLongHttpLineException e ->
                  Problem.of(414, "Unreadable request", "The request line is too long.");
              case TooLongHttpHeaderException e ->
                  Problem.of(431, "Unreadable request", "The headers are too long.");
              default -> Problem.of(400, "Unreadable request", "This is not HTTP/1.1.");
            }));
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    Exchange current = exchange;
    if (current != null) {
      current.writable(channel.isWritable());
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    loop.watch().remove(this);
    state.closed(this);
    Exchange current = exchange;
    exchange = null;
    waiting.forEach(ReferenceCountUtil::release);
    waiting.clear();
    if (current != null) {
      current.callerGone();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!(cause instanceof java.io.IOException)) {
      log.warn("connection of {} ends", channel.remoteAddress(), cause);
    }
    channel.close();
  }

  // ---- time ----

  @Override
  public void check(long nowNanos) {
    Exchange current = exchange;
    if (current != null) {
      current.check(nowNanos);
      if (current.equals(exchange)
          && !requestComplete
          && !pausedByExchange
          && nowNanos - receivedNanos >= timeouts.bodyNanos()) {
        bodyStopped(current);
      }
    } else if (nowNanos - sinceNanos >= (lingering ? LINGER_NANOS : timeouts.keepAliveNanos())) {
      channel.close();
    }
  }

  private void bodyStopped(Exchange current) {
    exchange = null;
    current.callerGone();
    respond(
        OwnAnswer.problem(
            Problem.of(408, "Request timed out", "The request's body stopped coming.")));
  }

  /** The gateway stops: a connection without a call ends at once. */
  @Override
  public void stop() {
    if (exchange == null && waiting.isEmpty()) {
      channel.close();
    }
  }

  /** Ends the connection whatever happens on it. */
  @Override
  public void close() {
    channel.close();
  }

  // Closing with unread bytes would make the kernel take back the answer; so what still comes is
  // read, and dropped, until the caller has seen the answer and closes, or for a few seconds.
  private void linger() {
    if (requestComplete) {
      channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
      return;
    }
    lingering = true;
    sinceNanos = System.nanoTime();
    waiting.forEach(ReferenceCountUtil::release);
    waiting.clear();
    updateReading();
    channel
        .writeAndFlush(Unpooled.EMPTY_BUFFER)
        .addListener(
            sent -> {
              if (channel instanceof DuplexChannel duplex) {
                duplex.shutdownOutput();
              }
            });
  }
}
