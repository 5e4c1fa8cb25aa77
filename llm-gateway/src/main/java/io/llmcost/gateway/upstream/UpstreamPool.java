package io.llmcost.gateway.upstream;

import io.llmcost.gateway.provider.Origin;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.ssl.SslHandler;
import java.util.ArrayDeque;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Connections of one event loop to one origin: the last used is used first, so that the rest can
 * go; callers beyond the most that may be open wait in line, and beyond that are refused.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails ends the connection, which is heard
final class UpstreamPool {
  private final Origin origin;
  private final UpstreamLimits limits;
  private final Bootstrap bootstrap;
  private final ArrayDeque<UpstreamConnection> idle = new ArrayDeque<>();
  private final ArrayDeque<Ticket> waiting = new ArrayDeque<>();
  private final AtomicInteger openInAll;
  private int open;

  UpstreamPool(
      Origin origin,
      UpstreamLimits limits,
      Bootstrap template,
      Supplier<HttpClientCodec> codec,
      @Nullable TlsClient tls,
      AtomicInteger openInAll) {
    this.origin = origin;
    this.limits = limits;
    this.openInAll = openInAll;
    this.bootstrap = template.clone().handler(new Initializer(codec, tls));
  }

  /** One caller's wait for a connection. */
  static final class Ticket implements UpstreamPools.Pending {
    private final UpstreamPools.Receiver receiver;
    private final long sinceNanos;
    private boolean done;

    Ticket(UpstreamPools.Receiver receiver) {
      this.receiver = receiver;
      this.sinceNanos = System.nanoTime();
    }

    @Override
    public void cancel() {
      done = true;
    }
  }

  UpstreamPools.Pending acquire(UpstreamPools.Receiver receiver, boolean fresh) {
    Ticket ticket = new Ticket(receiver);
    UpstreamConnection pooled = fresh ? null : pollIdle();
    if (pooled != null) {
      ticket.done = true;
      receiver.connected(pooled, true);
    } else if (open < limits.connectionsPerLoop()) {
      connect(ticket);
    } else if (waiting.size() < limits.pendingPerLoop()) {
      waiting.add(ticket);
    } else {
      ticket.done = true;
      receiver.refused(UpstreamPools.Refusal.BUSY, null);
    }
    return ticket;
  }

  private @Nullable UpstreamConnection pollIdle() {
    long now = System.nanoTime();
    for (UpstreamConnection next = idle.pollFirst(); next != null; next = idle.pollFirst()) {
      if (!next.expired(now, limits.idleNanos(), limits.ageNanos()) && next.usable(now)) {
        return next;
      }
      next.channel().close();
    }
    return null;
  }

  private void connect(Ticket ticket) {
    count(1);
    bootstrap
        .connect(origin.host(), origin.port())
        .addListener(
            (ChannelFuture future) -> {
              if (future.isSuccess()) {
                secured(future.channel(), ticket);
              } else {
                count(-1);
                refuse(ticket, UpstreamPools.Refusal.UNREACHABLE, future.cause());
                serveWaiting();
              }
            });
  }

  private void secured(Channel channel, Ticket ticket) {
    SslHandler ssl = channel.pipeline().get(SslHandler.class);
    if (ssl == null) {
      connected(channel, ticket);
      return;
    }
    ssl.handshakeFuture()
        .addListener(
            handshake -> {
              if (handshake.isSuccess()) {
                connected(channel, ticket);
              } else {
                refuse(ticket, UpstreamPools.Refusal.UNREACHABLE, handshake.cause());
                channel.close();
              }
            });
  }

  private void connected(Channel channel, Ticket ticket) {
    UpstreamConnection connection = channel.pipeline().get(UpstreamConnection.class);
    if (ticket.done) {
      release(connection);
    } else {
      ticket.done = true;
      ticket.receiver.connected(connection, false);
    }
  }

  private static void refuse(Ticket ticket, UpstreamPools.Refusal why, @Nullable Throwable cause) {
    if (!ticket.done) {
      ticket.done = true;
      ticket.receiver.refused(why, cause);
    }
  }

  void release(UpstreamConnection connection) {
    connection.setReading(true);
    long now = System.nanoTime();
    connection.idle(now);
    Ticket next = pollWaiting();
    if (next == null) {
      idle.addFirst(connection);
    } else {
      next.done = true;
      next.receiver.connected(connection, true);
    }
  }

  void closed(UpstreamConnection connection) {
    count(-1);
    idle.remove(connection);
    serveWaiting();
  }

  private void serveWaiting() {
    while (open < limits.connectionsPerLoop()) {
      Ticket next = pollWaiting();
      if (next == null) {
        return;
      }
      connect(next);
    }
  }

  private @Nullable Ticket pollWaiting() {
    for (Ticket next = waiting.pollFirst(); next != null; next = waiting.pollFirst()) {
      if (!next.done) {
        return next;
      }
    }
    return null;
  }

  /** Closes what has been idle too long, and refuses who has waited too long. */
  void sweep(long nowNanos) {
    for (UpstreamConnection last = idle.peekLast();
        last != null && last.expired(nowNanos, limits.idleNanos(), limits.ageNanos());
        last = idle.peekLast()) {
      idle.removeLast();
      last.channel().close();
    }
    for (Ticket first = waiting.peekFirst();
        first != null && (first.done || nowNanos - first.sinceNanos >= limits.connectNanos());
        first = waiting.peekFirst()) {
      waiting.removeFirst();
      refuse(first, UpstreamPools.Refusal.BUSY, new TimeoutException("no free connection"));
    }
  }

  private void count(int change) {
    open += change;
    openInAll.addAndGet(change);
  }

  private final class Initializer extends ChannelInitializer<SocketChannel> {
    private final Supplier<HttpClientCodec> codec;
    private final @Nullable TlsClient tls;

    Initializer(Supplier<HttpClientCodec> codec, @Nullable TlsClient tls) {
      this.codec = codec;
      this.tls = tls;
    }

    @Override
    protected void initChannel(SocketChannel channel) {
      if (tls != null) {
        channel.pipeline().addLast(tls.handler(channel.alloc(), origin, limits.connectNanos()));
      }
      channel.pipeline().addLast(codec.get(), new UpstreamConnection(channel, UpstreamPool.this));
    }
  }
}
