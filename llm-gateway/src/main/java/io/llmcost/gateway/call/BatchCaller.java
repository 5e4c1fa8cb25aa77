package io.llmcost.gateway.call;

import io.llmcost.client.event.BatchResults;
import io.llmcost.client.journal.Reservation;
import io.llmcost.gateway.server.Caller;
import io.llmcost.gateway.server.ClientConnection;
import io.llmcost.gateway.server.Loop;
import io.llmcost.gateway.server.OwnAnswer;
import io.llmcost.schemas.LlmRequestCompleted;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes a batch's results to their caller, each part once the events of its lines are in the
 * journal. Where that takes them no more the answer is cut: its lines are fetched again, and are
 * the same events then. On one event loop.
 */
final class BatchCaller implements Caller {
  private static final Logger log = LoggerFactory.getLogger(BatchCaller.class);
  private static final int OK = 200;
  private static final int PARTIAL = 206;

  private final Proxy proxy;
  private final ClientConnection client;
  private final @Nullable BatchResults results;
  private final @Nullable Reservation room;
  private final ArrayDeque<HttpObject> held = new ArrayDeque<>(2);
  private final List<LlmRequestCompleted> events = new ArrayList<>();
  private final byte[] bytes = new byte[Loop.MAX_PART_BYTES];
  private @Nullable ProxyExchange exchange;
  private boolean reads;
  private boolean publishing;
  private boolean whole;
  private boolean over;

  /**
   * Passes to {@code client}.
   *
   * @param results reads the lines; null where they are not recorded, which the head then says
   * @param room that the journal has at the beginning, which is what the head goes by
   */
  BatchCaller(
      Proxy proxy,
      ClientConnection client,
      @Nullable BatchResults results,
      @Nullable Reservation room) {
    this.proxy = proxy;
    this.client = client;
    this.results = results;
    this.room = room;
  }

  /** Says whose answer this is. */
  void serves(ProxyExchange fetch) {
    exchange = fetch;
  }

  /** The caller left: what is not journaled yet waits for the next fetch. */
  void gone() {
    over = true;
    closeRoom();
    held.forEach(ReferenceCountUtil::release);
    held.clear();
  }

  private void closeRoom() {
    if (room != null) {
      room.close();
    }
  }

  @Override
  public Loop loop() {
    return client.loop();
  }

  @Override
  public boolean isOldVersion() {
    return client.isOldVersion();
  }

  @Override
  public void sendContinue() {
    client.sendContinue();
  }

  @Override
  public void setReading(boolean reading) {}

  @Override
  public void describe(HttpResponse head, boolean lengthKnown) {
    client.describe(head, lengthKnown);
    if (results == null) {
      head.headers().set(CallRecord.TRACKED, "false");
    }
  }

  @Override
  public void write(HttpObject part) {
    if (over) {
      ReferenceCountUtil.release(part);
      return;
    }
    if (part instanceof HttpResponse head) {
      int status = head.status().code();
      reads = status == OK || status == PARTIAL;
    }
    BatchResults to = results;
    if (reads && to != null && part instanceof HttpContent content) {
      read(content, to);
    }
    held.add(part);
    publish();
  }

  private void read(HttpContent content, BatchResults to) {
    int at = content.content().readerIndex();
    while (at < content.content().writerIndex()) {
      int length = Math.min(bytes.length, content.content().writerIndex() - at);
      content.content().getBytes(at, bytes, 0, length);
      events.addAll(to.accept(bytes, length));
      at += length;
    }
    if (content instanceof LastHttpContent) {
      events.addAll(to.end());
    }
  }

  private void publish() {
    if (publishing || over) {
      return;
    }
    if (events.isEmpty()) {
      pass();
      return;
    }
    List<LlmRequestCompleted> now = List.copyOf(events);
    events.clear();
    Executor executor = proxy.publishing();
    if (executor == null) {
      published(record(now));
      return;
    }
    publishing = true;
    executor.execute(
        () -> {
          boolean recorded = record(now);
          loop()
              .eventLoop()
              .execute(
                  () -> {
                    publishing = false;
                    published(recorded);
                  });
        });
  }

  private boolean record(List<LlmRequestCompleted> now) {
    try {
      for (LlmRequestCompleted event : now) {
        proxy.publisher().publish(event);
        if (event.getUsage().isEmpty() && event.getErrorCode() == null) {
          proxy.metrics().unread();
        }
      }
      return true;
    } catch (RuntimeException e) {
      proxy.metrics().unrecorded();
      log.error("the journal did not take a line of a batch; its results are cut", e);
      return false;
    }
  }

  private void published(boolean recorded) {
    if (over) {
      return;
    }
    if (!recorded) {
      gone();
      client.abort(true);
      ProxyExchange from = exchange;
      if (from != null) {
        from.callerGone();
      }
      return;
    }
    publish();
  }

  private void pass() {
    while (!held.isEmpty()) {
      client.write(held.remove());
    }
    if (whole) {
      end();
      return;
    }
    client.flush();
    ProxyExchange from = exchange;
    if (from != null) {
      from.writable(isWritable());
    }
  }

  @Override
  public void flush() {
    if (!publishing && !over) {
      client.flush();
    }
  }

  @Override
  public boolean isWritable() {
    return !publishing && client.isWritable();
  }

  @Override
  public void answered() {
    whole = true;
    if (!publishing && !over) {
      end();
    }
  }

  private void end() {
    over = true;
    closeRoom();
    for (int i = results == null ? 0 : results.unread(); i > 0; i--) {
      proxy.metrics().unread();
    }
    client.answered();
  }

  @Override
  public void respond(OwnAnswer answer) {
    if (!over) {
      over = true;
      closeRoom();
      client.respond(answer);
    }
  }

  @Override
  public void abort(boolean reset) {
    if (!over) {
      gone();
      client.abort(reset);
    }
  }
}
