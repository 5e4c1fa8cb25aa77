package io.llmcost.gateway.call;

import io.llmcost.client.event.BatchResults;
import io.llmcost.client.event.LlmCallContext;
import io.llmcost.client.journal.JournalException;
import io.llmcost.client.journal.Reservation;
import io.llmcost.gateway.problem.ErrorShape;
import io.llmcost.gateway.problem.Problem;
import io.llmcost.gateway.problem.ProblemException;
import io.llmcost.gateway.server.ClientConnection;
import io.llmcost.gateway.server.Exchange;
import io.llmcost.gateway.server.OwnAnswer;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A fetch of what may be a batch's results: the provider is asked first what it is, then the
 * results pass, and each of their lines is an event. Both are calls like any other. On one event
 * loop.
 */
final class BatchExchange implements Exchange {
  private static final List<String> OF_THE_RESULTS_ALONE =
      List.of("range", "if-range", "if-none-match", "if-modified-since");

  private final Proxy proxy;
  private final ClientConnection client;
  private final HttpRequest head;
  private final BatchFetch fetch;
  private final LlmCallContext context;
  private ProxyExchange call;
  private @Nullable BatchCaller passing;
  private boolean over;

  /**
   * Begins to fetch.
   *
   * @throws ProblemException a caller who may not, a header that is wrong
   */
  BatchExchange(Proxy proxy, ClientConnection client, HttpRequest head, BatchFetch fetch) {
    this.proxy = proxy;
    this.client = client;
    this.head = head;
    this.fetch = fetch;
    try {
      Admission admission =
          proxy.credentials().admit(head.headers(), queryOf(head), proxy.clock().instant());
      this.context = proxy.contexts().read(head.headers(), admission.grant());
    } catch (ProblemException e) {
      throw e.in(ErrorShape.of(fetch.provider(), head.uri()));
    }
    HttpHeaders headers = head.headers().copy();
    OF_THE_RESULTS_ALONE.forEach(headers::remove);
    HttpRequest described =
        new DefaultHttpRequest(
            head.protocolVersion(), head.method(), fetch.describedAt(head.uri()), headers);
    this.call =
        new ProxyExchange(
            proxy,
            new GatheringCaller(client.loop(), this::described, this::respond),
            readable(described));
  }

  private static String queryOf(HttpRequest head) {
    int mark = head.uri().indexOf('?');
    return mark < 0 ? "" : head.uri().substring(mark);
  }

  private static HttpRequest readable(HttpRequest request) {
    request.headers().set(HttpHeaderNames.ACCEPT_ENCODING, "identity");
    return request;
  }

  @Override
  public void begin() {}

  /** A GET has no body; where it has one, it goes nowhere. */
  @Override
  public void content(HttpContent part) {
    boolean last = part instanceof LastHttpContent;
    part.release();
    if (last && !over) {
      go();
    }
  }

  private void go() {
    call.begin();
    call.content(LastHttpContent.EMPTY_LAST_CONTENT);
  }

  private void described(HttpResponse response, byte[] body) {
    if (over) {
      return;
    }
    try {
      switch (fetch.read(response.status().code(), body)) {
        case BatchFetch.Results(var batch) -> tracked(batch);
        case BatchFetch.NoResults() -> call = new ProxyExchange(proxy, client, head);
        case BatchFetch.Unclear() -> untracked();
      }
      go();
    } catch (ProblemException e) {
      respond(OwnAnswer.problem(e.problem(), e.headers()));
    }
  }

  private void tracked(BatchResults.Batch batch) {
    Reservation room;
    try {
      room = proxy.publisher().reserve();
    } catch (JournalException e) {
      untracked();
      return;
    }
    pass(new BatchResults(proxy.adapters(), batch, context), room);
  }

  private void untracked() {
    if (!proxy.limits().serveUntracked()) {
      throw new ProblemException(
          Problem.of(503, "Not recorded", "What this fetch bills cannot be recorded; try again."));
    }
    proxy.metrics().untracked();
    pass(null, null);
  }

  private void pass(@Nullable BatchResults results, @Nullable Reservation room) {
    BatchCaller caller = new BatchCaller(proxy, client, results, room);
    passing = caller;
    ProxyExchange fetched = new ProxyExchange(proxy, caller, readable(head));
    caller.serves(fetched);
    call = fetched;
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
    call.callerGone();
    BatchCaller to = passing;
    if (to != null) {
      to.gone();
    }
  }

  @Override
  public void writable(boolean writable) {
    call.writable(writable);
  }

  @Override
  public void check(long nowNanos) {
    call.check(nowNanos);
  }
}
