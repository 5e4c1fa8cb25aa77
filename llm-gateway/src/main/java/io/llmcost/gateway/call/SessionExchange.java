package io.llmcost.gateway.call;

import io.llmcost.client.provider.SessionReader;
import io.llmcost.client.provider.SessionReader.Turn;
import io.llmcost.gateway.problem.Problem;
import io.llmcost.gateway.problem.ProblemException;
import io.llmcost.gateway.provider.Target;
import io.llmcost.gateway.server.ClientConnection;
import io.llmcost.gateway.server.Exchange;
import io.llmcost.gateway.server.OwnAnswer;
import io.llmcost.gateway.server.Tunnel;
import io.llmcost.gateway.server.Watch;
import io.llmcost.gateway.upstream.UpgradeListener;
import io.llmcost.gateway.upstream.UpstreamConnection;
import io.llmcost.gateway.upstream.UpstreamPools;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A WebSocket session: its bytes pass both ways as they are, and the event of each billed turn is
 * in the journal before the caller sees the message that ends it. On one event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what fails ends the connection, which is heard
final class SessionExchange
    implements Exchange, UpgradeListener, UpstreamPools.Receiver, Tunnel, Watch.Watched {
  private static final Logger log = LoggerFactory.getLogger(SessionExchange.class);
  private static final String TRACKED = "x-llmcost-tracked";

  private final Proxy proxy;
  private final ClientConnection client;
  private final Target target;
  private final HttpHeaders headers;
  private final SessionReader reader;
  private final SessionTurns turns;
  private final List<Turn> ended = new ArrayList<>(1);
  private final WebSocketFrames fromProvider = new WebSocketFrames(new ProvidersMessages());
  private final WebSocketFrames fromCaller = new WebSocketFrames(new CallersMessages());
  private final ArrayDeque<ByteBuf> held = new ArrayDeque<>(2);
  private UpstreamPools.@Nullable Pending pending;
  private @Nullable UpstreamConnection upstream;
  private @Nullable CallerAnswer refusal;
  private boolean open;
  private boolean publishing;
  private boolean callerGone;
  private boolean over;
  private long drainSinceNanos;
  private long sentNanos;

  /** Returns whether a request asks for a WebSocket. */
  static boolean isMeant(HttpRequest head) {
    return head.method().equals(HttpMethod.GET)
        && head.headers().contains(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true);
  }

  SessionExchange(Proxy proxy, ClientConnection client, HttpRequest head) {
    this.proxy = proxy;
    this.client = client;
    Target byPath = CallPlan.byPath(proxy.router().route(head.uri(), false));
    Admission admission =
        proxy.credentials().admit(head.headers(), byPath.query(), proxy.clock().instant());
    String provider = byPath.provider().id();
    String model = SessionModel.of(byPath.query());
    Credentials.permit(admission, model, false);
    this.turns =
        new SessionTurns(
            proxy.contexts().read(head.headers(), admission.grant()), provider, proxy.publisher());
    this.headers =
        HeaderPolicy.toProvider(head.headers(), byPath.provider().origin().hostHeader(), false);
    this.target = proxy.credentials().replaceKey(byPath, headers, admission);
    // Without compression, so that the messages can be read as they pass.
    headers.remove(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS);
    headers.set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET);
    headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE);
    this.reader = new SessionReader(proxy.adapters(), provider, model);
    if (!turns.reserve() && !proxy.limits().serveUntracked()) {
      throw new ProblemException(
          Problem.of(503, "Journal full", "Events cannot be recorded now; try again."));
    }
  }

  @Override
  public void begin() {
    pending = client.loop().pools().acquire(target.provider().origin(), this, true);
  }

  @Override
  public void content(HttpContent content) {
    content.release(); // a request for a WebSocket has no body
  }

  // ---- the handshake ----

  @Override
  public void connected(UpstreamConnection connection, boolean reused) {
    upstream = connection;
    sentNanos = System.nanoTime();
    connection.open(this);
    connection
        .channel()
        .writeAndFlush(
            new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1,
                HttpMethod.GET,
                target.uri(),
                Unpooled.EMPTY_BUFFER,
                headers,
                EmptyHttpHeaders.INSTANCE));
    connection.requestSent();
  }

  @Override
  public void refused(UpstreamPools.Refusal why, @Nullable Throwable cause) {
    log.warn("no session with {}: {} {}", target.provider(), why, String.valueOf(cause));
    fail(
        why == UpstreamPools.Refusal.BUSY ? 503 : 502,
        "Provider unreachable",
        "No connection to " + target.provider().id() + ".");
  }

  @Override
  public void upgraded(HttpResponse head) {
    open = true;
    HttpHeaders answer = HeaderPolicy.toCaller(head.headers());
    answer.set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET);
    answer.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE);
    if (!turns.reserve()) {
      answer.set(TRACKED, "false");
    }
    client.write(
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            head.status(),
            Unpooled.EMPTY_BUFFER,
            answer,
            EmptyHttpHeaders.INSTANCE));
    client.flush();
    client.tunnel(this);
  }

  // The provider does not want a session: its answer says why.
  @Override
  public void answerHead(HttpResponse head) {
    turns.release();
    CallerAnswer answer = new CallerAnswer(client, HttpMethod.GET, head, null);
    refusal = answer;
    answer.begin();
  }

  @Override
  public void answerPart(HttpContent part) {
    CallerAnswer answer = refusal;
    if (answer == null || callerGone) {
      part.release();
      return;
    }
    boolean last = part instanceof LastHttpContent;
    answer.body(part);
    if (last) {
      upstream = null;
      over = true;
      client.answered();
    }
  }

  private void fail(int status, String title, String detail) {
    over = true;
    turns.release();
    if (!callerGone) {
      client.respond(OwnAnswer.problem(Problem.of(status, title, detail), Map.of()));
    }
  }

  // ---- the session ----

  @Override
  public void bytes(ByteBuf bytes) {
    look(bytes, fromProvider);
    if (callerGone) {
      bytes.release();
    } else {
      held.add(bytes);
    }
    publishEnded();
  }

  private void look(ByteBuf bytes, WebSocketFrames frames) {
    byte[] scratch = client.loop().scratch();
    int at = bytes.readerIndex();
    while (at < bytes.writerIndex()) {
      int length = Math.min(scratch.length, bytes.writerIndex() - at);
      bytes.getBytes(at, scratch, 0, length);
      frames.accept(scratch, length);
      at += length;
    }
  }

  /** Journals the turns that ended, then lets pass what has come. */
  private void publishEnded() {
    if (publishing) {
      return;
    }
    if (ended.isEmpty()) {
      pass();
      return;
    }
    List<Turn> now = List.copyOf(ended);
    ended.clear();
    Executor executor = proxy.publishing();
    if (executor == null) {
      published(record(now));
      return;
    }
    publishing = true;
    executor.execute(
        () -> {
          boolean recorded = record(now);
          client
              .loop()
              .eventLoop()
              .execute(
                  () -> {
                    publishing = false;
                    published(recorded);
                  });
        });
  }

  private boolean record(List<Turn> now) {
    try {
      for (Turn turn : now) {
        if (!turns.publish(turn, proxy.clock().instant())) {
          proxy.metrics().untracked();
        }
        if (turn.completion().usage().isEmpty()) {
          proxy.metrics().unread();
        }
        if (!turns.reserve() && !proxy.limits().serveUntracked()) {
          return false;
        }
      }
      return true;
    } catch (RuntimeException e) {
      proxy.metrics().unrecorded();
      log.error("the journal did not take a turn of {}; its session ends", target.provider(), e);
      return false;
    }
  }

  private void published(boolean recorded) {
    if (!recorded) {
      close();
    } else if (callerGone && !reader.isAnswering()) {
      close();
    } else {
      publishEnded();
    }
  }

  private void pass() {
    if (held.isEmpty() || over) {
      return;
    }
    while (!held.isEmpty()) {
      client.writeBytes(held.remove());
    }
    UpstreamConnection from = upstream;
    if (from == null) {
      client.flush();
      client.abort(false);
    } else if (!client.isWritable()) {
      client.flush();
      from.setReading(client.isWritable());
    }
  }

  @Override
  public void answerPaused() {
    if (!callerGone) {
      client.flush();
    }
  }

  @Override
  public void writable(boolean writable) {
    UpstreamConnection from = upstream;
    if (from != null) {
      from.setReading(writable || callerGone);
    }
  }

  @Override
  public void fromCaller(ByteBuf bytes) {
    UpstreamConnection to = upstream;
    if (to == null) {
      bytes.release();
      return;
    }
    if (reader.wantsCaller()) {
      look(bytes, fromCaller);
    }
    to.channel().write(bytes, to.channel().voidPromise());
  }

  @Override
  public void callerPaused() {
    UpstreamConnection to = upstream;
    if (to != null) {
      to.channel().flush();
    }
  }

  @Override
  public void requestWritable(boolean writable) {
    if (!callerGone) {
      client.setReading(writable);
    }
  }

  // ---- the end ----

  @Override
  public void answerLost(@Nullable Throwable cause) {
    upstream = null;
    client.loop().watch().remove(this);
    if (over) {
      return;
    }
    if (!open && refusal == null) {
      fail(
          502,
          "Provider closed the connection",
          target.provider().id() + " closed the connection before it answered.");
    } else if (!publishing) {
      close();
    } // else what is held passes first
  }

  @Override
  public void callerGone() {
    callerGone = true;
    UpstreamPools.Pending wait = pending;
    if (wait != null) {
      wait.cancel();
    }
    releaseHeld();
    UpstreamConnection from = upstream;
    if (open && from != null && reader.isAnswering()) {
      // It bills the answer that it is at: its end is worth waiting for.
      proxy.metrics().hangUp();
      drainSinceNanos = System.nanoTime();
      from.setReading(true);
      client.loop().watch().add(this);
    } else if (!publishing) {
      close();
    }
  }

  @Override
  public void check(long nowNanos) {
    if (callerGone) {
      if (nowNanos - drainSinceNanos >= proxy.limits().drainNanos()) {
        close();
      }
    } else if (!open
        && upstream != null
        && refusal == null
        && nowNanos - sentNanos >= proxy.limits().firstByteNanos()) {
      abandonUpstream();
      fail(504, "Provider timed out", target.provider().id() + " did not answer in time.");
    }
  }

  private void close() {
    over = true;
    client.loop().watch().remove(this);
    abandonUpstream();
    turns.release();
    releaseHeld();
    if (!callerGone) {
      client.flush();
      client.abort(false);
    }
  }

  private void abandonUpstream() {
    UpstreamConnection from = upstream;
    upstream = null;
    if (from != null) {
      from.abandon();
    }
  }

  private void releaseHeld() {
    held.forEach(ByteBuf::release);
    held.clear();
  }

  private final class ProvidersMessages implements WebSocketFrames.Messages {
    @Override
    public void data(byte[] bytes, int offset, int length) {
      reader.accept(bytes, offset, length);
    }

    @Override
    public void endOfMessage() {
      reader.endOfMessage().ifPresent(ended::add);
    }
  }

  private final class CallersMessages implements WebSocketFrames.Messages {
    @Override
    public void data(byte[] bytes, int offset, int length) {
      reader.callerSaid(bytes, offset, length);
    }

    @Override
    public void endOfMessage() {}
  }
}
