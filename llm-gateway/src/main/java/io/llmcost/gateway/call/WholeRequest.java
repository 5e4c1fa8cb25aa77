package io.llmcost.gateway.call;

import io.llmcost.client.provider.BodySplice;
import io.llmcost.gateway.server.BufferedBody;
import io.llmcost.gateway.upstream.UpstreamConnection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A request that is read to its end before it is sent, since its body says what it is. */
@SuppressWarnings("FutureReturnValueIgnored") // what fails ends the connection, which is heard
final class WholeRequest implements OutgoingRequest, ChannelFutureListener {
  private final BufferedBody body;
  private @Nullable ByteBuf changed;
  private boolean complete;
  private boolean left;

  WholeRequest(BufferedBody body) {
    this.body = body;
  }

  @Override
  public void add(HttpContent part) {
    complete = part instanceof LastHttpContent;
    body.add(part);
  }

  byte[] toBytes() {
    return body.toBytes();
  }

  /** Returns a copy of the body as it will be sent. */
  byte[] toSentBytes() {
    return ByteBufUtil.getBytes(changed == null ? body.buffer() : changed);
  }

  /** Changes the body at the one place where it has to ask for usage. */
  void splice(BodySplice splice) {
    ByteBuf original = body.buffer();
    int rest = splice.offset() + splice.removed();
    changed =
        Unpooled.wrappedBuffer(
            original.retainedSlice(original.readerIndex(), splice.offset()),
            Unpooled.copiedBuffer(splice.inserted(), StandardCharsets.UTF_8),
            original.retainedSlice(original.readerIndex() + rest, original.readableBytes() - rest));
  }

  @Override
  public void send(UpstreamConnection upstream, Head head) {
    ByteBuf content = changed == null ? body.buffer() : changed;
    if (content.isReadable() || head.method().equals(HttpMethod.POST)) {
      head.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, content.readableBytes());
    }
    upstream
        .channel()
        .writeAndFlush(
            new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1,
                head.method(),
                head.uri(),
                content.retainedDuplicate(),
                head.headers(),
                EmptyHttpHeaders.INSTANCE))
        .addListener(this);
    upstream.requestSent();
  }

  @Override
  public void operationComplete(ChannelFuture written) {
    left |= written.isSuccess();
  }

  @Override
  public void writable(boolean writable) {}

  @Override
  public boolean isComplete() {
    return complete;
  }

  @Override
  public boolean mayRepeat() {
    return complete && !left;
  }

  @Override
  public void release() {
    if (changed != null) {
      changed.release();
      changed = null;
    }
    body.release();
  }
}
