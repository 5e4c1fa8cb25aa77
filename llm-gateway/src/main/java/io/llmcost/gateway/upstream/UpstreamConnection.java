package io.llmcost.gateway.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.epoll.EpollTcpInfo;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a provider: carries one request and its answer at a time, and goes back to its
 * pool when both ended. Lives on one event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails ends the connection, which is heard
public final class UpstreamConnection extends ChannelInboundHandlerAdapter {
  private static final long PEEK_AFTER_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final int TCP_ESTABLISHED = 1;

  private final Channel channel;
  private final UpstreamPool pool;
  private final long openedNanos = System.nanoTime();
  private long idleSinceNanos;
  private @Nullable UpstreamListener listener;
  private @Nullable Throwable failure;
  private boolean keepAlive;
  private boolean interim;
  private boolean requestSent;
  private boolean upgraded;

  UpstreamConnection(Channel channel, UpstreamPool pool) {
    this.channel = channel;
    this.pool = pool;
  }

  /** Returns the channel, to write the request to. */
  public Channel channel() {
    return channel;
  }

  /** Has {@code next} hear the answer to the request that will be written now. */
  public void open(UpstreamListener next) {
    listener = next;
    failure = null;
    requestSent = false;
  }

  /** Says that the whole request was written, so that the connection may be used again. */
  public void requestSent() {
    requestSent = true;
  }

  /** Ends the call without its answer: closes the connection, tells the listener nothing. */
  public void abandon() {
    listener = null;
    channel.close();
  }

  /** Lets the answer come, or leaves it in the provider's hands for now. */
  public void setReading(boolean reading) {
    if (channel.config().isAutoRead() != reading) {
      channel.config().setAutoRead(reading);
    }
  }

  void idle(long nowNanos) {
    idleSinceNanos = nowNanos;
  }

  boolean expired(long nowNanos, long idleNanos, long ageNanos) {
    return nowNanos - idleSinceNanos >= idleNanos || nowNanos - openedNanos >= ageNanos;
  }

  /**
   * Returns whether a request can be written. What the kernel knows and this loop has not read yet
   * counts too, where the transport can tell: a provider that has closed an idle connection must
   * not be sent a call of which nobody could say afterwards whether it was billed.
   */
  boolean usable(long nowNanos) {
    if (!channel.isActive()) {
      return false;
    }
    if (nowNanos - idleSinceNanos < PEEK_AFTER_NANOS
        || !(channel instanceof EpollSocketChannel epoll)) {
      return true;
    }
    EpollTcpInfo info = new EpollTcpInfo();
    epoll.tcpInfo(info);
    return info.state() == TCP_ESTABLISHED;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    UpstreamListener to = listener;
    if (upgraded && to instanceof UpgradeListener session && message instanceof ByteBuf bytes) {
      session.bytes(bytes);
      return;
    }
    if (to == null || !(message instanceof HttpObject object)) {
      ReferenceCountUtil.release(message);
      ctx.close(); // an answer that nobody asked for
      return;
    }
    if (object.decoderResult().isFailure()) {
      ReferenceCountUtil.release(message);
      fail(object.decoderResult().cause());
      return;
    }
    if (object instanceof HttpResponse head) {
      onHead(to, head);
    }
    if (object instanceof HttpContent content) {
      onContent(to, content);
    }
  }

  private void onHead(UpstreamListener to, HttpResponse head) {
    interim = head.status().codeClass() == HttpStatusClass.INFORMATIONAL;
    if (interim) {
      if (head.status().code() == 101 && to instanceof UpgradeListener session) {
        upgraded = true;
        session.upgraded(head);
        channel.pipeline().remove(HttpClientCodec.class); // hands on what came behind the head
      } else if (head.status().code() == 101) {
        fail(new IOException("the provider switched protocols unasked"));
      }
      return;
    }
    keepAlive = HttpUtil.isKeepAlive(head);
    to.answerHead(head);
  }

  private void onContent(UpstreamListener to, HttpContent content) {
    if (interim) {
      content.release();
      return;
    }
    if (content instanceof LastHttpContent) {
      listener = null;
      release();
    }
    to.answerPart(content);
  }

  // A request still under way when its answer ended is given up: the provider does not want it.
  private void release() {
    if (keepAlive && requestSent && channel.isActive()) {
      pool.release(this);
    } else {
      channel.close();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    UpstreamListener to = listener;
    if (to != null) {
      to.answerPaused();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    UpstreamListener to = listener;
    if (to != null) {
      to.requestWritable(channel.isWritable());
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    fail(cause);
  }

  private void fail(Throwable cause) {
    failure = cause;
    channel.close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    pool.closed(this);
    UpstreamListener to = listener;
    listener = null;
    if (to != null) {
      to.answerLost(failure);
    }
  }
}
