package io.llmcost.gateway.server;

import io.llmcost.gateway.problem.Problem;
import io.llmcost.gateway.upstream.TlsClient;
import io.llmcost.gateway.upstream.UpstreamLimits;
import io.llmcost.gateway.upstream.UpstreamPools;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** Listens for callers, and on stopping lets their open calls come to an end. */
@SuppressWarnings("FutureReturnValueIgnored") // what fails ends the connection, which is heard
public final class GatewayServer implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(GatewayServer.class);
  private static final long SWEEP_MILLIS = 100;
  private static final int MAX_STREAMS = 256;
  private static final long GOING_AWAY_MILLIS = 1_000;

  private final ServerSettings settings;
  private final UpstreamLimits upstreamLimits;
  private final ExchangeFactory exchanges;
  private final Executor names;
  private final Supplier<TlsClient> tls;
  private final Transport transport = Transport.best();
  private final ServerState state = new ServerState();
  private final Map<EventExecutor, Loop> loops = new HashMap<>();
  private @Nullable EventLoopGroup group;
  private @Nullable Channel listening;

  /** Does not listen before {@link #start}. */
  public GatewayServer(
      ServerSettings settings,
      UpstreamLimits upstreamLimits,
      ExchangeFactory exchanges,
      Executor names,
      Supplier<TlsClient> tls) {
    this.settings = settings;
    this.upstreamLimits = upstreamLimits;
    this.exchanges = exchanges;
    this.names = names;
    this.tls = tls;
  }

  @Override
  public synchronized void start() {
    EventLoopGroup threads =
        new MultiThreadIoEventLoopGroup(
            settings.eventLoops(), new DefaultThreadFactory("gateway"), transport.ioHandler());
    group = threads;
    for (EventExecutor executor : threads) {
      loops.put(executor, loop((EventLoop) executor));
    }
    try {
      listening =
          new ServerBootstrap()
              .group(threads)
              .channel(transport.serverChannel())
              .option(ChannelOption.SO_BACKLOG, 4096)
              .option(ChannelOption.SO_REUSEADDR, true)
              .childOption(ChannelOption.TCP_NODELAY, true)
              .childOption(
                  ChannelOption.WRITE_BUFFER_WATER_MARK,
                  new WriteBufferWaterMark(64 * 1024, 256 * 1024))
              .childHandler(new Callers())
              .bind(settings.bindAddress(), settings.port())
              .syncUninterruptibly()
              .channel();
    } catch (Exception e) { // an IOException among them, thrown unchecked
      threads.shutdownGracefully(0, 0, TimeUnit.SECONDS);
      throw new CannotListenException(settings.bindAddress(), settings.port(), e);
    }
    log.info("listening at {} ({})", listening.localAddress(), transport.name());
  }

  private Loop loop(EventLoop eventLoop) {
    UpstreamPools pools =
        new UpstreamPools(
            eventLoop,
            transport.clientChannel(),
            upstreamLimits,
            settings.maxHeaderBytes(),
            names,
            tls);
    Loop loop = new Loop(eventLoop, pools, new Watch(), new byte[Loop.MAX_PART_BYTES]);
    eventLoop.scheduleWithFixedDelay(
        () -> {
          long now = System.nanoTime();
          loop.watch().sweep(now);
          pools.sweep(now);
        },
        SWEEP_MILLIS,
        SWEEP_MILLIS,
        TimeUnit.MILLISECONDS);
    return loop;
  }

  /** Returns the port that is listened at. */
  public synchronized int port() {
    Channel channel = listening;
    if (channel == null) {
      throw new IllegalStateException("not started");
    }
    return ((InetSocketAddress) channel.localAddress()).getPort();
  }

  /** Returns how many callers are connected. */
  public int callers() {
    return state.connections().size();
  }

  /** Returns how many connections to providers are open, roughly: the loops are not stopped. */
  public synchronized int upstreamConnections() {
    int sum = 0;
    for (Loop loop : loops.values()) {
      sum += loop.pools().open();
    }
    return sum;
  }

  @Override
  public synchronized boolean isRunning() {
    return listening != null;
  }

  /** Stops listening, waits until the open calls ended or their time is over, then ends all. */
  @Override
  public synchronized void stop() {
    Channel channel = listening;
    EventLoopGroup threads = group;
    if (channel == null || threads == null) {
      return;
    }
    channel.close().syncUninterruptibly();
    listening = null;
    state.stop();
    loops.values().forEach(loop -> loop.eventLoop().execute(() -> stopIdle(loop)));
    long deadline = System.nanoTime() + settings.shutdown().toNanos();
    while ((callers() > 0 || watched() > 0) && System.nanoTime() < deadline) {
      try {
        wait(50);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
    }
    if (callers() > 0) {
      log.warn("{} connections were still open after {}", callers(), settings.shutdown());
    }
    state.connections().forEach(ServerState.Open::close);
    threads.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
  }

  private void stopIdle(Loop loop) {
    for (ServerState.Open connection : state.connections()) {
      if (connection.loop().eventLoop().equals(loop.eventLoop())) {
        connection.stop();
      }
    }
  }

  private int watched() {
    return loops.values().stream().mapToInt(loop -> loop.watch().size()).sum();
  }

  private final class Callers extends ChannelInitializer<SocketChannel> {
    private final HttpDecoderConfig decoding =
        new HttpDecoderConfig()
            .setMaxInitialLineLength(16 * 1024)
            .setMaxHeaderSize(settings.maxHeaderBytes())
            .setMaxChunkSize(Loop.MAX_PART_BYTES);
    private final ClientConnection.Timeouts timeouts =
        new ClientConnection.Timeouts(settings.keepAlive().toNanos(), settings.body().toNanos());

    @Override
    protected void initChannel(SocketChannel channel) {
      channel.pipeline().addLast(new HttpServerCodec(decoding));
      Loop loop = loops.get(channel.eventLoop());
      if (loop == null || callers() >= settings.maxConnections()) {
        refuse(channel);
        return;
      }
      channel.pipeline().addFirst(new ProtocolChoice(first -> http2(first, loop)));
      channel.pipeline().addLast(connection(loop, channel));
    }

    private ClientConnection connection(Loop loop, Channel channel) {
      return new ClientConnection(exchanges, loop, channel, timeouts, state);
    }

    private void http2(ChannelHandlerContext first, Loop loop) {
      ChannelPipeline pipeline = first.pipeline();
      pipeline.remove(ClientConnection.class);
      pipeline.remove(HttpServerCodec.class);
      Http2FrameCodec frames =
          Http2FrameCodecBuilder.forServer()
              .initialSettings(
                  Http2Settings.defaultSettings()
                      .maxConcurrentStreams(MAX_STREAMS)
                      .maxHeaderListSize(settings.maxHeaderBytes()))
              .gracefulShutdownTimeoutMillis(GOING_AWAY_MILLIS)
              .build();
      pipeline.addLast(frames);
      pipeline.addLast(new Http2MultiplexHandler(new Streams(loop)));
      pipeline.addLast(
          new Http2Caller(
              loop, first.channel(), frames.connection(), settings.keepAlive().toNanos(), state));
    }

    private final class Streams extends ChannelInitializer<Channel> {
      private final Loop loop;

      Streams(Loop loop) {
        this.loop = loop;
      }

      @Override
      protected void initChannel(Channel stream) {
        stream
            .pipeline()
            .addLast(new Http2StreamFrameToHttpObjectCodec(true))
            .addLast(new Http2Caller.OwnHeaders())
            .addLast(connection(loop, stream));
      }
    }

    private void refuse(SocketChannel channel) {
      byte[] body = Problem.of(503, "Busy", "Too many connections; try again.").toBytes(Map.of());
      DefaultFullHttpResponse response =
          new DefaultFullHttpResponse(
              HttpVersion.HTTP_1_1,
              HttpResponseStatus.SERVICE_UNAVAILABLE,
              Unpooled.wrappedBuffer(body));
      response
          .headers()
          .set(HttpHeaderNames.CONTENT_TYPE, Problem.MEDIA_TYPE)
          .set(HttpHeaderNames.RETRY_AFTER, "1")
          .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE)
          .setInt(HttpHeaderNames.CONTENT_LENGTH, body.length);
      channel.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }
  }
}
