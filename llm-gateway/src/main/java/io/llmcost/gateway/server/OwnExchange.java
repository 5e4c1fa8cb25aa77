package io.llmcost.gateway.server;

import io.llmcost.gateway.problem.Problem;
import io.llmcost.gateway.problem.ProblemException;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A request that the gateway answers itself: read to its end, then answered off the event loop. */
public final class OwnExchange implements Exchange {
  private static final Logger log = LoggerFactory.getLogger(OwnExchange.class);

  private final ClientConnection client;
  private final OwnService service;
  private final Executor executor;
  private final String method;
  private final String path;
  private final HttpHeaders headers;
  private final BufferedBody body;
  private final boolean expected;
  private boolean refused;
  private boolean complete;

  /** Asks {@code service} at once whether it admits the request. */
  public OwnExchange(
      ClientConnection client,
      HttpRequest head,
      OwnService service,
      Executor executor,
      BodyBudget budget) {
    this.client = client;
    this.service = service;
    this.executor = executor;
    this.method = head.method().name();
    int mark = head.uri().indexOf('?');
    this.path = mark < 0 ? head.uri() : head.uri().substring(0, mark);
    this.headers = head.headers();
    this.body = new BufferedBody(budget, service.admit(head));
    body.announce(headers);
    this.expected = HttpUtil.is100ContinueExpected(head);
  }

  @Override
  public void begin() {
    if (expected) {
      client.sendContinue();
    }
  }

  @Override
  public void content(HttpContent content) {
    if (refused) {
      content.release();
      return;
    }
    try {
      body.add(content);
    } catch (ProblemException e) {
      refused = true;
      client.respond(OwnAnswer.problem(e.problem(), e.headers()));
      return;
    }
    if (content instanceof LastHttpContent) {
      complete = true;
      OwnRequest request = new OwnRequest(method, path, headers, body.toBytes());
      executor.execute(() -> answer(request));
    }
  }

  private void answer(OwnRequest request) {
    OwnAnswer answer;
    try {
      answer = service.answer(request);
    } catch (ProblemException e) {
      answer = OwnAnswer.problem(e.problem(), e.headers());
    } catch (RuntimeException e) {
      log.error("{} {} failed", method, path, e);
      answer = OwnAnswer.problem(Problem.of(500, "Internal error", "The gateway's log says why."));
    }
    OwnAnswer done = answer;
    client
        .loop()
        .eventLoop()
        .execute(
            () -> {
              body.release();
              client.respond(done);
            });
  }

  @Override
  public void callerGone() {
    refused = true;
    if (!complete) {
      body.release();
    } // else the service is at work: its answer goes nowhere, and frees the body
  }

  @Override
  public void writable(boolean writable) {}

  @Override
  public void check(long nowNanos) {}
}
