package io.llmcost.gateway.server;

import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;

/**
 * A request refused by its head: a short body is read and dropped, so that the connection stays; a
 * long one, or one that is not being sent yet, ends it.
 */
final class RefusedExchange implements Exchange {
  private static final int MAX_DROPPED_BYTES = 256 * 1024;

  private final ClientConnection client;
  private final OwnAnswer answer;
  private final boolean bodyWaits;
  private int dropped;
  private boolean done;

  RefusedExchange(ClientConnection client, OwnAnswer answer, boolean bodyWaits) {
    this.client = client;
    this.answer = answer;
    this.bodyWaits = bodyWaits;
  }

  @Override
  public void begin() {
    if (bodyWaits) {
      finish();
    }
  }

  @Override
  public void content(HttpContent content) {
    dropped += content.content().readableBytes();
    boolean last = content instanceof LastHttpContent;
    content.release();
    if (last || dropped > MAX_DROPPED_BYTES) {
      finish();
    }
  }

  private void finish() {
    if (!done) {
      done = true;
      client.respond(answer);
    }
  }

  @Override
  public void callerGone() {
    done = true;
  }

  @Override
  public void writable(boolean writable) {}

  @Override
  public void check(long nowNanos) {}
}
