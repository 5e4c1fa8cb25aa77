package io.llmcost.gateway;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A caller who speaks HTTP/2 from the first byte, without TLS. */
final class Http2Client implements AutoCloseable {
  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final Channel connection;

  Http2Client(int port) throws InterruptedException {
    connection =
        new Bootstrap()
            .group(group)
            .channel(NioSocketChannel.class)
            .handler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel
                        .pipeline()
                        .addLast(Http2FrameCodecBuilder.forClient().build())
                        .addLast(
                            new Http2MultiplexHandler(
                                new ChannelInboundHandlerAdapter() {
                                  @Override
                                  public boolean isSharable() {
                                    return true;
                                  }
                                }));
                  }
                })
            .connect("127.0.0.1", port)
            .sync()
            .channel();
  }

  /** One request's answer as it comes. */
  static final class Stream extends ChannelInboundHandlerAdapter {
    final CompletableFuture<HttpHeaders> head = new CompletableFuture<>();
    final CompletableFuture<String> whole = new CompletableFuture<>();
    private final StringBuilder body = new StringBuilder();
    private volatile String seen = "";
    private volatile @Nullable Integer status;
    private volatile @Nullable Channel channel;

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      if (message instanceof HttpResponse response) {
        status = response.status().code();
        head.complete(response.headers());
      }
      if (message instanceof HttpContent content) {
        seen = body.append(content.content().toString(StandardCharsets.UTF_8)).toString();
      }
      if (message instanceof LastHttpContent) {
        whole.complete(seen);
      }
      ReferenceCountUtil.release(message);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      whole.completeExceptionally(new java.io.IOException("ended before its end: " + seen));
    }

    int status() {
      Integer known = status;
      return known == null ? 0 : known;
    }

    String soFar() {
      return seen;
    }

    /** Takes no more of the answer. */
    void reset() {
      Channel open = channel;
      if (open != null) {
        open.close().syncUninterruptibly();
      }
    }
  }

  Stream post(String path, String body, String... headers) throws InterruptedException {
    DefaultFullHttpRequest request =
        new DefaultFullHttpRequest(
            HttpVersion.HTTP_1_1,
            HttpMethod.POST,
            path,
            Unpooled.copiedBuffer(body, StandardCharsets.UTF_8));
    request.headers().set("host", "gateway").set("authorization", "Bearer sk-callers-own");
    for (int i = 0; i < headers.length; i += 2) {
      request.headers().set(headers[i], headers[i + 1]);
    }
    Stream stream = new Stream();
    Channel channel =
        new Http2StreamChannelBootstrap(connection)
            .handler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel opened) {
                    opened
                        .pipeline()
                        .addLast(new Http2StreamFrameToHttpObjectCodec(false))
                        .addLast(stream);
                  }
                })
            .open()
            .syncUninterruptibly()
            .getNow();
    stream.channel = channel;
    channel.writeAndFlush(request).sync();
    return stream;
  }

  boolean isOpen() {
    return connection.isActive();
  }

  @Override
  public void close() {
    connection.close().syncUninterruptibly();
    group.shutdownGracefully(0, 0, java.util.concurrent.TimeUnit.SECONDS).syncUninterruptibly();
  }
}
