package io.llmcost.gateway.call;

import io.llmcost.gateway.problem.Problem;
import io.llmcost.gateway.problem.ProblemException;
import io.llmcost.gateway.server.Caller;
import io.llmcost.gateway.upstream.UpstreamConnection;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** A request that bills nothing: its body passes as it comes, as fast as the provider takes it. */
@SuppressWarnings("FutureReturnValueIgnored") // what fails ends the connection, which is heard
final class PassingRequest implements OutgoingRequest {
  private final Caller client;
  private final long maxBytes;
  private final @Nullable String length;
  private final boolean chunked;
  private final ArrayDeque<HttpContent> waiting = new ArrayDeque<>();
  private final boolean safe;
  private @Nullable UpstreamConnection upstream;
  private long passed;
  private boolean complete;

  PassingRequest(Caller client, HttpRequest received, long maxBytes) {
    this.client = client;
    this.maxBytes = maxBytes;
    HttpHeaders headers = received.headers();
    this.length = headers.get(HttpHeaderNames.CONTENT_LENGTH);
    this.safe =
        received.method().equals(HttpMethod.GET) || received.method().equals(HttpMethod.HEAD);
    this.chunked = HttpUtil.isTransferEncodingChunked(received);
    if (length != null && Long.parseLong(length) > maxBytes) {
      throw tooLarge();
    }
  }

  private ProblemException tooLarge() {
    return new ProblemException(
        Problem.invalid(413, "Request too large", "body", "larger than " + maxBytes + " bytes"));
  }

  @Override
  public void add(HttpContent part) {
    passed += part.content().readableBytes();
    if (passed > maxBytes) {
      part.release();
      throw tooLarge();
    }
    complete = part instanceof LastHttpContent;
    UpstreamConnection to = upstream;
    if (to == null) {
      waiting.add(part);
      if (!complete) {
        client.setReading(false);
      }
    } else {
      pass(to, part);
      to.channel().flush();
    }
  }

  @Override
  public void send(UpstreamConnection to, Head head) {
    upstream = to;
    if (length != null) {
      head.headers().set(HttpHeaderNames.CONTENT_LENGTH, length);
    } else if (chunked) {
      head.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    }
    to.channel()
        .write(
            new DefaultHttpRequest(HttpVersion.HTTP_1_1, head.method(), head.uri(), head.headers()),
            to.channel().voidPromise());
    if (complete && waiting.isEmpty()) {
      pass(to, LastHttpContent.EMPTY_LAST_CONTENT); // once more
    }
    while (!waiting.isEmpty()) {
      pass(to, waiting.remove());
    }
    to.channel().flush();
    client.setReading(to.channel().isWritable());
  }

  private void pass(UpstreamConnection to, HttpContent part) {
    boolean last = part instanceof LastHttpContent;
    to.channel().write(part, to.channel().voidPromise());
    if (last) {
      to.requestSent();
    }
  }

  @Override
  public void writable(boolean writable) {
    client.setReading(writable);
  }

  @Override
  public boolean isComplete() {
    return complete;
  }

  @Override
  public boolean mayRepeat() {
    return safe && complete && passed == 0;
  }

  @Override
  public void release() {
    waiting.forEach(HttpContent::release);
    waiting.clear();
    upstream = null;
  }
}
