package io.llmcost.gateway.call;

import io.llmcost.client.provider.SseUsageChunkFilter;
import io.llmcost.gateway.server.Caller;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * A provider's answer on its way to the caller: the head waits until it can name the event, the
 * body passes as it comes.
 */
final class CallerAnswer {
  /** Beyond this the head waits no longer for the provider's id of the answer. */
  private static final int MAX_HELD_BYTES = 64 * 1024;

  private final Caller client;
  private final HttpResponse head;
  private final @Nullable SseUsageChunkFilter filter;
  private final boolean endsWithConnection;
  private final ArrayDeque<HttpContent> held = new ArrayDeque<>();
  private int heldBytes;
  private boolean begun;
  private boolean paused;

  /**
   * Makes the caller's head from the provider's.
   *
   * @param filter takes out what the caller did not ask for; null where nothing is taken out
   */
  CallerAnswer(
      Caller client,
      HttpMethod method,
      HttpResponse received,
      @Nullable SseUsageChunkFilter filter) {
    this.client = client;
    this.filter = filter;
    HttpResponseStatus status = received.status();
    HttpHeaders headers = HeaderPolicy.toCaller(received.headers());
    head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, status, headers);
    if (filter != null) {
      headers.remove(HttpHeaderNames.CONTENT_LENGTH);
    }
    boolean bodiless =
        method.equals(HttpMethod.HEAD)
            || status.equals(HttpResponseStatus.NO_CONTENT)
            || status.equals(HttpResponseStatus.NOT_MODIFIED);
    boolean lengthKnown = bodiless || headers.contains(HttpHeaderNames.CONTENT_LENGTH);
    endsWithConnection = !lengthKnown && client.isOldVersion();
    if (!lengthKnown && !endsWithConnection) {
      headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    }
    client.describe(head, lengthKnown);
  }

  /** Returns whether the head was written. */
  boolean isBegun() {
    return begun;
  }

  /** Returns whether the caller knows the end of the body by the end of the connection alone. */
  boolean endsWithConnection() {
    return endsWithConnection;
  }

  /** Returns the head's headers, to be added to before {@link #begin}. */
  HttpHeaders headers() {
    return head.headers();
  }

  /** Writes the head and what waited for it. */
  void begin() {
    begun = true;
    client.write(head);
    writeHeld();
  }

  private void writeHeld() {
    while (begun && !paused && !held.isEmpty()) {
      client.write(held.remove());
    }
  }

  /** Keeps what comes from now on. */
  void pause() {
    paused = true;
  }

  /** Writes what was kept, and goes on. */
  void resume() {
    paused = false;
    writeHeld();
  }

  /** Returns whether the head has waited long enough. */
  boolean holdsTooMuch() {
    return heldBytes > MAX_HELD_BYTES;
  }

  /** Writes a part of the body, or keeps it while the head waits; owns it. */
  void body(HttpContent part) {
    if (begun && !paused) {
      client.write(part);
    } else {
      heldBytes += part.content().readableBytes();
      held.add(part);
    }
  }

  /**
   * Returns {@code part} itself, or what of it the caller is to see.
   *
   * @param bytes the part's bytes once more
   */
  HttpContent filtered(HttpContent part, byte[] bytes, int length) {
    if (filter == null) {
      return part;
    }
    ByteBuf out = part.content().alloc().buffer(length + 256);
    try {
      filter.accept(bytes, 0, length, out::writeBytes);
      if (part instanceof LastHttpContent last) {
        filter.end(out::writeBytes);
        return new DefaultLastHttpContent(out, last.trailingHeaders().copy());
      }
      return new DefaultHttpContent(out);
    } finally {
      part.release();
    }
  }

  /** Frees what waits and is not going to be written. */
  void release() {
    held.forEach(HttpContent::release);
    held.clear();
  }
}
