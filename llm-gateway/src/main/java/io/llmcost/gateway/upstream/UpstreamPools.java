package io.llmcost.gateway.upstream;

import io.llmcost.gateway.provider.Origin;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpDecoderConfig;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one event loop to all providers: a call's two connections are served by one
 * thread, so nothing is handed over between threads and nothing is locked.
 */
public final class UpstreamPools {

  /** Why there is no connection. */
  public enum Refusal {
    /** As many connections are open and calls waiting as may be. */
    BUSY,
    /** The provider's name, port or certificate is not what it should be, or it does not answer. */
    UNREACHABLE
  }

  /** Gets a connection, or the reason why there is none; called once, on the event loop. */
  public interface Receiver {
    /** {@code reused} is whether the connection has carried another call before. */
    void connected(UpstreamConnection connection, boolean reused);

    /** There is none. */
    void refused(Refusal why, @Nullable Throwable cause);
  }

  /** A wait for a connection that its caller can give up. */
  public interface Pending {
    /** Ends the wait: the receiver hears nothing. */
    void cancel();
  }

  private final Bootstrap template;
  private final UpstreamLimits limits;
  private final HttpDecoderConfig decoding;
  private final Supplier<TlsClient> tls;
  private final Map<Origin, UpstreamPool> pools = new HashMap<>();
  private final AtomicInteger open = new AtomicInteger();

  /**
   * Makes no connection yet.
   *
   * @param names where host names are resolved, off the event loop
   * @param tls asked at the first connection to an https origin
   */
  public UpstreamPools(
      EventLoop loop,
      Class<? extends Channel> channelType,
      UpstreamLimits limits,
      int maxHeaderBytes,
      Executor names,
      Supplier<TlsClient> tls) {
    this.limits = limits;
    this.tls = tls;
    this.decoding =
        new HttpDecoderConfig().setMaxHeaderSize(maxHeaderBytes).setMaxChunkSize(64 * 1024);
    this.template =
        new Bootstrap()
            .group(loop)
            .channel(channelType)
            .resolver(new NameResolver(names))
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.SO_KEEPALIVE, true)
            .option(
                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                (int) TimeUnit.NANOSECONDS.toMillis(limits.connectNanos()))
            .option(
                ChannelOption.WRITE_BUFFER_WATER_MARK,
                new WriteBufferWaterMark(64 * 1024, 256 * 1024));
  }

  /**
   * Finds or makes a connection to {@code origin}, at once where one is idle.
   *
   * @param fresh whether it has to be a new one
   */
  public Pending acquire(Origin origin, Receiver receiver, boolean fresh) {
    UpstreamPool pool = pools.get(origin);
    if (pool == null) {
      pool =
          new UpstreamPool(
              origin,
              limits,
              template,
              () -> new HttpClientCodec(decoding, false, false),
              origin.tls() ? tls.get() : null,
              open);
      pools.put(origin, pool);
    }
    return pool.acquire(receiver, fresh);
  }

  /** Closes connections idle too long and refuses callers that waited too long; call it often. */
  public void sweep(long nowNanos) {
    pools.values().forEach(pool -> pool.sweep(nowNanos));
  }

  /** Returns how many connections are open; for any thread. */
  public int open() {
    return open.get();
  }
}
