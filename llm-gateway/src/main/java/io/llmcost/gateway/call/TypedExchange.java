package io.llmcost.gateway.call;

import io.llmcost.gateway.problem.Problem;
import io.llmcost.gateway.problem.ProblemException;
import io.llmcost.gateway.server.BufferedBody;
import io.llmcost.gateway.server.ClientConnection;
import io.llmcost.gateway.server.Exchange;
import io.llmcost.gateway.server.OwnAnswer;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code POST /v1/requests}: one form for all providers. The call itself is one like any other, so
 * that its event is too; only its request is written and its answer read here. On one event loop,
 * JSON apart.
 */
final class TypedExchange implements Exchange {
  private static final Logger log = LoggerFactory.getLogger(TypedExchange.class);

  private final Proxy proxy;
  private final TypedRequests requests;
  private final TypedAnswers answers;
  private final ClientConnection client;
  private final Admission admission;
  private final BufferedBody body;
  private final boolean expected;
  private final long arrivedNanos = System.nanoTime();
  private @Nullable ProxyExchange call;
  private boolean complete;
  private boolean over;

  TypedExchange(
      Proxy proxy,
      TypedRequests requests,
      TypedAnswers answers,
      ClientConnection client,
      HttpRequest head) {
    this.proxy = proxy;
    this.requests = requests;
    this.answers = answers;
    this.client = client;
    if (!head.method().equals(HttpMethod.POST)) {
      throw new ProblemException(
          Problem.of(405, "Method not allowed", "This path takes POST."), Map.of("allow", "POST"));
    }
    this.admission = proxy.credentials().admitOwn(head.headers(), proxy.clock().instant());
    CharSequence type = HttpUtil.getMimeType(head);
    if (type == null || !HttpHeaderValues.APPLICATION_JSON.contentEqualsIgnoreCase(type)) {
      throw new ProblemException(
          Problem.invalid(
              415, "Unsupported media type", "content-type", "has to be application/json"));
    }
    this.body = new BufferedBody(proxy.budget(), proxy.limits().bufferedBodyBytes());
    body.announce(head.headers());
    this.expected = HttpUtil.is100ContinueExpected(head);
  }

  @Override
  public void begin() {
    if (expected) {
      client.sendContinue();
    }
  }

  @Override
  public void content(HttpContent part) {
    if (over) {
      part.release();
      return;
    }
    try {
      body.add(part);
    } catch (ProblemException e) {
      refuse(e);
      return;
    }
    if (part instanceof LastHttpContent) {
      complete = true;
      byte[] bytes = body.toBytes();
      body.release();
      inTurn(() -> requests.read(bytes, admission.grant()), this::begin);
    }
  }

  private void begin(TypedRequests.Call typed) {
    try {
      GatheringCaller caller =
          new GatheringCaller(
              client.loop(), (head, bytes) -> answered(typed, head, bytes), this::respond);
      ProxyExchange exchange =
          new ProxyExchange(proxy, caller, head(typed), admission, typed.context());
      call = exchange;
      exchange.begin();
      exchange.content(new DefaultLastHttpContent(Unpooled.wrappedBuffer(typed.request().body())));
    } catch (ProblemException e) {
      refuse(e);
    }
  }

  private static HttpRequest head(TypedRequests.Call typed) {
    HttpHeaders headers = DefaultHttpHeadersFactory.headersFactory().newHeaders();
    headers.set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON);
    headers.set(HttpHeaderNames.ACCEPT, HttpHeaderValues.APPLICATION_JSON);
    typed.request().headers().forEach(headers::set);
    String uri = "/" + typed.provider() + typed.request().path();
    return new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, uri, headers);
  }

  private void answered(TypedRequests.Call typed, HttpResponse head, byte[] bytes) {
    TypedAnswers.Received received =
        new TypedAnswers.Received(
            head.status().code(),
            head.headers()::get,
            bytes,
            TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - arrivedNanos));
    inTurn(() -> answers.of(typed, received), this::respond);
  }

  /** Does what may take long off the event loop, and goes on there. */
  private <T> void inTurn(Supplier<T> work, Consumer<T> then) {
    proxy
        .executor()
        .execute(
            () -> {
              Runnable next;
              try {
                T done = work.get();
                next = () -> then.accept(done);
              } catch (ProblemException e) {
                next = () -> refuse(e);
              } catch (RuntimeException e) {
                log.error("a typed request failed", e);
                next =
                    () ->
                        respond(
                            OwnAnswer.problem(
                                Problem.of(500, "Internal error", "The gateway's log says why.")));
              }
              Runnable last = next;
              client
                  .loop()
                  .eventLoop()
                  .execute(
                      () -> {
                        if (!over) {
                          last.run();
                        }
                      });
            });
  }

  private void refuse(ProblemException refused) {
    respond(OwnAnswer.problem(refused.problem(), refused.headers()));
  }

  private void respond(OwnAnswer answer) {
    if (!over) {
      over = true;
      client.respond(answer);
    }
  }

  @Override
  public void callerGone() {
    over = true;
    if (!complete) {
      body.release();
    }
    ProxyExchange made = call;
    if (made != null) {
      made.callerGone();
    }
  }

  /** The answer is small and gathered first. */
  @Override
  public void writable(boolean writable) {}

  @Override
  public void check(long nowNanos) {
    ProxyExchange made = call;
    if (made != null) {
      made.check(nowNanos);
    }
  }
}
