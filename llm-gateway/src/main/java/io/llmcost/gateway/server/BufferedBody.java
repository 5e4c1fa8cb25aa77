package io.llmcost.gateway.server;

import io.llmcost.gateway.problem.Problem;
import io.llmcost.gateway.problem.ProblemException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;

/**
 * A request's body, gathered up to a limit of its own and within the limit that all share. Holds
 * the received buffers themselves until released; on one event loop.
 */
public final class BufferedBody {
  private final BodyBudget budget;
  private final int maxBytes;
  private ByteBuf bytes = Unpooled.EMPTY_BUFFER;
  private long taken;

  /** Holds nothing yet, and later at most {@code maxBytes}. */
  public BufferedBody(BodyBudget budget, int maxBytes) {
    this.budget = budget;
    this.maxBytes = maxBytes;
  }

  /** Refuses, by a ProblemException, a body that says itself that it is too large. */
  public void announce(HttpHeaders headers) {
    String length = headers.get(HttpHeaderNames.CONTENT_LENGTH);
    if (length != null && Long.parseLong(length) > maxBytes) {
      throw new ProblemException(tooLarge());
    }
  }

  /** Takes {@code content}; where it is one too many a ProblemException, and all is released. */
  public void add(HttpContent content) {
    ByteBuf part = content.content();
    int more = part.readableBytes();
    if (more == 0) {
      content.release();
      return;
    }
    boolean fits = bytes.readableBytes() + (long) more <= maxBytes;
    if (!fits || !budget.take(more)) {
      content.release();
      release();
      throw new ProblemException(
          fits
              ? Problem.of(503, "Busy", "Too many request bodies at once; try again.")
              : tooLarge());
    }
    taken += more;
    append(part);
  }

  private void append(ByteBuf part) {
    if (bytes instanceof CompositeByteBuf composite) {
      composite.addComponent(true, part);
    } else if (bytes.isReadable()) {
      bytes = part.alloc().compositeBuffer(1024).addComponent(true, bytes).addComponent(true, part);
    } else {
      bytes = part;
    }
  }

  /** Returns the body, still this object's own. */
  public ByteBuf buffer() {
    return bytes;
  }

  /** Returns a copy of the body. */
  public byte[] toBytes() {
    return ByteBufUtil.getBytes(bytes);
  }

  /** Frees the body; doing so again does nothing. */
  public void release() {
    bytes.release();
    bytes = Unpooled.EMPTY_BUFFER;
    budget.giveBack(taken);
    taken = 0;
  }

  private Problem tooLarge() {
    return Problem.invalid(413, "Request too large", "body", "larger than " + maxBytes + " bytes");
  }
}
