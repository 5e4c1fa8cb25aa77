package io.llmcost.gateway.call;

import io.llmcost.client.event.LlmCallContext;
import io.llmcost.client.provider.Completion;
import io.llmcost.client.provider.ProviderAdapter;
import io.llmcost.client.provider.RequestFacts;
import io.llmcost.client.provider.SseUsageChunkFilter;
import io.llmcost.gateway.problem.ErrorShape;
import io.llmcost.gateway.problem.Problem;
import io.llmcost.gateway.problem.ProblemException;
import io.llmcost.gateway.provider.AwsCredentials;
import io.llmcost.gateway.provider.CallRouter;
import io.llmcost.gateway.provider.Target;
import io.llmcost.gateway.server.BufferedBody;
import io.llmcost.gateway.server.Caller;
import io.llmcost.gateway.server.Exchange;
import io.llmcost.gateway.server.OwnAnswer;
import io.llmcost.gateway.server.Watch;
import io.llmcost.gateway.upstream.UpstreamConnection;
import io.llmcost.gateway.upstream.UpstreamListener;
import io.llmcost.gateway.upstream.UpstreamPools;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call: the request to its provider, the answer to its caller, and, where it is billed, the
 * event into the journal before the caller sees the answer's end. On one event loop.
 */
final class ProxyExchange
    implements Exchange, UpstreamListener, UpstreamPools.Receiver, Watch.Watched {
  private static final Logger log = LoggerFactory.getLogger(ProxyExchange.class);

  /** Bodies above this are read on a thread of their own: they would keep the loop too long. */
  private static final int MAX_INLINE_BYTES = 256 * 1024;

  private enum Phase {
    /** The request comes. */
    REQUEST,
    /** A connection to the provider is made, or waited for. */
    CONNECTING,
    /** The request was sent. */
    WAITING,
    /** The answer comes. */
    ANSWERING,
    /** The answer has ended, or said so; its event goes into the journal. */
    SETTLING,
    /** Nothing more happens. */
    ENDED
  }

  private final Proxy proxy;
  private final Caller client;
  private final HttpMethod method;
  private final HttpHeaders received;
  private final CallRouter.Route route;
  private final Target byPath;
  private final @Nullable ProviderAdapter adapter;
  private final ErrorShape shape;
  private final Admission admission;
  private final @Nullable LlmCallContext context;
  private final OutgoingRequest request;
  private final boolean bodyExpected;
  private final CallRecord record;

  private Phase phase = Phase.REQUEST;
  private CallPlan plan;
  private boolean callerGone;
  private boolean retried;
  private boolean reused;
  private long drainedBytes;
  private long goneNanos;
  private long sentNanos;
  private OutgoingRequest.@Nullable Head head;
  private UpstreamPools.@Nullable Pending pending;
  private @Nullable UpstreamConnection upstream;
  private @Nullable CallerAnswer answer;
  private @Nullable HttpContent lastPart;
  private boolean lastPartKept;

  /** Who calls, and for whom. */
  private record Opening(Admission admission, @Nullable LlmCallContext context) {}

  /** A call as a caller's SDK makes it. */
  ProxyExchange(Proxy proxy, Caller client, HttpRequest head) {
    this(proxy, client, head, null);
  }

  /**
   * A call that the gateway makes for a caller whom it has admitted, and whose errors are plain.
   */
  ProxyExchange(
      Proxy proxy, Caller client, HttpRequest head, Admission admission, LlmCallContext context) {
    this(proxy, client, head, new Opening(admission, context));
  }

  private ProxyExchange(Proxy proxy, Caller client, HttpRequest head, @Nullable Opening known) {
    this.proxy = proxy;
    this.client = client;
    this.method = head.method();
    this.received = head.headers();
    this.record = new CallRecord(proxy);
    this.route = proxy.router().route(head.uri(), received.contains("anthropic-version"));
    this.byPath = CallPlan.byPath(route);
    this.adapter =
        proxy.adapters().find(byPath.provider().id(), method.name(), byPath.path()).orElse(null);
    this.plan = new CallPlan(byPath, adapter, RequestFacts.NONE);
    // Of the path that the caller took, whichever provider serves the model in the end.
    this.shape =
        known == null ? ErrorShape.of(byPath.provider().id(), byPath.path()) : ErrorShape.PLAIN;
    try {
      Opening opening = known == null ? opened() : known;
      this.admission = opening.admission();
      this.context = opening.context();
      this.request = request(head);
    } catch (ProblemException e) {
      throw e.in(shape);
    }
    this.bodyExpected = HttpUtil.is100ContinueExpected(head);
  }

  private Opening opened() {
    Admission admitted = proxy.credentials().admit(received, byPath.query(), record.arrivedAt());
    return new Opening(
        admitted, adapter == null ? null : proxy.contexts().read(received, admitted.grant()));
  }

  private OutgoingRequest request(HttpRequest head) {
    // What has to be signed is read to its end as well: the signature covers the body.
    if (adapter == null && byPath.provider().aws() == null) {
      return new PassingRequest(client, head, proxy.limits().passedBodyBytes());
    }
    BufferedBody body = new BufferedBody(proxy.budget(), proxy.limits().bufferedBodyBytes());
    body.announce(received);
    return new WholeRequest(body);
  }

  // ---- the request ----

  @Override
  public void begin() {
    if (bodyExpected) {
      client.sendContinue();
    }
    if (request instanceof PassingRequest) {
      guarded(() -> connect(plan, null));
    }
  }

  @Override
  public void content(HttpContent part) {
    if (phase == Phase.SETTLING || phase == Phase.ENDED) {
      part.release();
      return;
    }
    guarded(
        () -> {
          request.add(part);
          if (request instanceof WholeRequest whole && whole.isComplete()) {
            plan(whole);
          }
        });
  }

  private void plan(WholeRequest whole) {
    byte[] body = whole.toBytes();
    if (body.length <= MAX_INLINE_BYTES) {
      connect(planned(body), whole);
      return;
    }
    proxy
        .executor()
        .execute(
            () -> {
              CallPlan made = planned(body);
              client
                  .loop()
                  .eventLoop()
                  .execute(
                      () -> {
                        if (phase == Phase.REQUEST) {
                          guarded(() -> connect(made, whole));
                        }
                      });
            });
  }

  private CallPlan planned(byte[] body) {
    return CallPlan.of(proxy.router(), proxy.adapters(), route, adapter, method.name(), body);
  }

  private void connect(CallPlan made, @Nullable WholeRequest whole) {
    plan = made;
    Credentials.permit(
        admission, made.facts().modelRequested(), Credentials.isFree(method, made.target().path()));
    HttpHeaders headers =
        HeaderPolicy.toProvider(
            received, made.target().provider().origin().hostHeader(), made.adapter() != null);
    Target target = proxy.credentials().replaceKey(made.target(), headers, admission);
    head = new OutgoingRequest.Head(method, target.uri(), headers);
    record.open(made, context);
    var splice = made.facts().askForUsage();
    if (whole != null && splice != null && record.isOpen()) {
      whole.splice(splice);
    }
    AwsCredentials aws = target.provider().aws();
    if (whole != null && aws != null) {
      byte[] body = whole.toSentBytes();
      AwsSigner.sign(aws, method.name(), target.uri(), headers, body, proxy.clock().instant());
    }
    record.sent();
    acquire(false);
  }

  private void acquire(boolean fresh) {
    phase = Phase.CONNECTING;
    pending = client.loop().pools().acquire(plan.target().provider().origin(), this, fresh);
  }

  @Override
  public void connected(UpstreamConnection connection, boolean wasUsed) {
    reused = wasUsed;
    upstream = connection;
    phase = Phase.WAITING;
    sentNanos = System.nanoTime();
    connection.open(this);
    request.send(connection, Objects.requireNonNull(head));
  }

  @Override
  public void refused(UpstreamPools.Refusal why, @Nullable Throwable cause) {
    switch (why) {
      case BUSY -> {
        record.discard();
        refuse(
            Problem.of(503, "Busy", "Too many calls to " + provider() + " at once; try again."),
            Map.of("retry-after", "1"));
      }
      case UNREACHABLE -> {
        log.warn("{} cannot be reached: {}", plan.target().provider(), String.valueOf(cause));
        fail(
            502,
            "Provider unreachable",
            "No connection to " + provider() + ": " + reason(cause),
            "provider_unreachable");
      }
    }
  }

  private static String reason(@Nullable Throwable cause) {
    return cause == null ? "refused" : Objects.requireNonNullElse(cause.getMessage(), "refused");
  }

  @Override
  public void requestWritable(boolean writable) {
    if (!request.isComplete()) {
      request.writable(writable);
    }
  }

  // ---- the answer ----

  @Override
  public void answerHead(HttpResponse response) {
    try {
      begun(response);
    } catch (RuntimeException e) {
      broken(e);
    }
  }

  private void begun(HttpResponse response) {
    phase = Phase.ANSWERING;
    record.head(response);
    if (!callerGone) {
      CallerAnswer next = new CallerAnswer(client, method, response, filter(response));
      answer = next;
      if (record.isIdentified()) {
        beginAnswer(next, true);
      }
    }
  }

  private @Nullable SseUsageChunkFilter filter(HttpResponse response) {
    String type = response.headers().get(HttpHeaderNames.CONTENT_TYPE);
    return record.isOpen()
            && plan.facts().askForUsage() != null
            && type != null
            && type.startsWith("text/event-stream")
        ? new SseUsageChunkFilter()
        : null;
  }

  private void beginAnswer(CallerAnswer to, boolean identified) {
    record.describe(to.headers(), identified);
    to.begin();
  }

  @Override
  public void answerPart(HttpContent part) {
    try {
      passing(part);
    } catch (RuntimeException e) {
      broken(e);
    }
  }

  private void passing(HttpContent part) {
    boolean last = part instanceof LastHttpContent;
    byte[] bytes = client.loop().scratch();
    int length = part.content().readableBytes();
    part.content().getBytes(part.content().readerIndex(), bytes, 0, length);
    record.part(bytes, length);
    CallerAnswer to = answer;
    if (to == null || callerGone) {
      part.release();
      drained(length, last);
      return;
    }
    HttpContent passed = to.filtered(part, bytes, length);
    if (last) {
      upstream = null;
    }
    if (phase == Phase.SETTLING) {
      to.body(passed);
      lastPartKept |= last;
    } else if (last) {
      lastPart = passed;
      settle(record.completion(), () -> finish(to));
    } else if (record.isFinished()) {
      finishing(to, passed);
    } else {
      to.body(passed);
      holdOrBegin(to);
    }
  }

  // The caller may take this part for the end of the answer, whatever the connection still brings:
  // it waits until the event is in the journal.
  private void finishing(CallerAnswer to, HttpContent passed) {
    to.pause();
    to.body(passed);
    UpstreamConnection from = upstream;
    if (from != null) {
      from.setReading(false);
    }
    settle(record.completion(), () -> finished(to));
  }

  private void finished(CallerAnswer to) {
    if (callerGone) {
      to.release();
      abandonUpstream();
      drainedAll();
      return;
    }
    if (!to.isBegun()) {
      beginAnswer(to, true);
    }
    record.close();
    to.resume();
    if (lastPartKept) {
      phase = Phase.ENDED;
      measure();
      client.answered();
      return;
    }
    phase = Phase.ANSWERING;
    client.flush();
    UpstreamConnection from = upstream;
    if (from == null) {
      abort(); // lost meanwhile
    } else {
      from.setReading(client.isWritable());
    }
  }

  private void holdOrBegin(CallerAnswer to) {
    if (!to.isBegun()) {
      boolean identified = record.isIdentified();
      if (identified || to.holdsTooMuch()) {
        beginAnswer(to, identified);
      }
    }
    UpstreamConnection from = upstream;
    if (from != null && !client.isWritable()) {
      from.setReading(false);
    }
  }

  private void broken(RuntimeException bug) {
    log.error("{} {}: the answer broke off here", method, byPath.path(), bug);
    abandonUpstream();
    record.discard();
    abort();
  }

  @Override
  public void writable(boolean writable) {
    UpstreamConnection from = upstream;
    if (from != null && phase == Phase.ANSWERING) {
      from.setReading(writable || callerGone);
    }
  }

  @Override
  public void answerPaused() {
    if (!callerGone) {
      client.flush();
    }
  }

  private void finish(CallerAnswer to) {
    phase = Phase.ENDED;
    measure();
    HttpContent last = lastPart;
    lastPart = null;
    if (last == null) {
      return; // the caller left meanwhile
    }
    if (!to.isBegun()) {
      beginAnswer(to, true);
    }
    to.body(last);
    client.answered();
  }

  private void releaseAnswer() {
    CallerAnswer to = answer;
    if (to != null) {
      to.release();
    }
    HttpContent last = lastPart;
    lastPart = null;
    if (last != null) {
      last.release();
    }
  }

  private void measure() {
    record.measure(provider());
  }

  // The caller left; the provider bills the answer all the same, so its end is worth waiting for.
  private void drained(int length, boolean last) {
    drainedBytes += length;
    if (last) {
      upstream = null;
      settle(record.completion().cancelled(), this::drainedAll);
    } else if (drainedBytes > proxy.limits().drainBytes()) {
      abandonUpstream();
      settle(record.completion().cancelled(), this::drainedAll);
    }
  }

  private void drainedAll() {
    phase = Phase.ENDED;
    measure();
  }

  // ---- what goes wrong ----

  @Override
  public void answerLost(@Nullable Throwable cause) {
    upstream = null;
    if (phase == Phase.WAITING && mayRepeat()) {
      retried = true;
      proxy.metrics().retry();
      acquire(true);
    } else if (phase == Phase.WAITING) {
      log.warn("{} closed before it answered: {}", plan.target().provider(), String.valueOf(cause));
      fail(
          502,
          "Provider closed the connection",
          provider() + " closed the connection before it answered.",
          "provider_closed");
    } else if (phase == Phase.ANSWERING) {
      log.warn("{} broke off an answer: {}", plan.target().provider(), String.valueOf(cause));
      cut(null);
    }
  }

  // A call that may have reached the provider is never sent twice: it would be billed twice.
  private boolean mayRepeat() {
    return reused && !retried && !callerGone && request.mayRepeat();
  }

  /** Ends a call whose answer has not begun, with a problem. */
  private void fail(int problemStatus, String title, String detail, String code) {
    record.answeredWith(problemStatus);
    Completion completion = Completion.failed(code);
    settle(
        callerGone ? completion.cancelled() : completion,
        () -> {
          Map<String, String> headers = new LinkedHashMap<>();
          String eventId = record.eventId();
          if (eventId != null) {
            headers.put(CallRecord.EVENT_ID, eventId);
          }
          refuse(Problem.of(problemStatus, title, detail), headers);
        });
  }

  /** Ends a call in the middle of its answer: the caller's connection breaks off as well. */
  private void cut(@Nullable String code) {
    Completion completion = record.completion();
    String why = code == null ? completion.errorCode() : code;
    completion = completion.failedWith(why == null ? "answer_cut" : why);
    settle(callerGone ? completion.cancelled() : completion, this::abort);
  }

  private void abort() {
    phase = Phase.ENDED;
    measure();
    CallerAnswer to = answer;
    if (!callerGone) {
      client.flush();
      client.abort(to != null && to.endsWithConnection());
    }
    releaseAnswer();
  }

  /** Ends the exchange with a problem; nothing of an answer was written. */
  private void refuse(Problem problem, Map<String, String> headers) {
    phase = Phase.ENDED;
    record.answeredWith(problem.status());
    release();
    measure();
    if (!callerGone) {
      client.respond(OwnAnswer.problem(problem.in(shape), headers));
    }
  }

  private void guarded(Runnable step) {
    Problem problem;
    Map<String, String> headers = Map.of();
    try {
      step.run();
      return;
    } catch (ProblemException e) {
      problem = e.problem();
      headers = e.headers();
    } catch (RuntimeException e) {
      log.error("{} {} failed", method, byPath.path(), e);
      problem = Problem.of(500, "Internal error", "The gateway's log says why.");
    }
    abandonUpstream();
    record.discard();
    CallerAnswer to = answer;
    if (to != null && to.isBegun()) {
      abort();
    } else {
      refuse(problem, headers);
    }
  }

  @Override
  public void callerGone() {
    callerGone = true;
    switch (phase) {
      case REQUEST, CONNECTING -> {
        phase = Phase.ENDED;
        UpstreamPools.Pending wait = pending;
        if (wait != null) {
          wait.cancel();
        }
        record.discard();
        release();
      }
      case WAITING, ANSWERING -> {
        if (record.isRecorded()) {
          measure(); // all is said: many callers leave at the answer's own end mark
        } else {
          proxy.metrics().hangUp();
        }
        releaseAnswer();
        UpstreamConnection from = upstream;
        if (!record.isOpen() || from == null || !request.isComplete()) {
          abandonUpstream();
          phase = Phase.ENDED;
          release();
        } else {
          goneNanos = System.nanoTime();
          from.setReading(true);
          client.loop().watch().add(this);
        }
      }
      case SETTLING, ENDED -> releaseAnswer();
    }
  }

  @Override
  public void check(long nowNanos) {
    CallLimits limits = proxy.limits();
    UpstreamConnection from = upstream;
    if (from == null || (phase != Phase.WAITING && phase != Phase.ANSWERING)) {
      return;
    }
    boolean late = nowNanos - record.arrivedNanos() >= limits.totalNanos();
    if (callerGone) {
      if (late || nowNanos - goneNanos >= limits.drainNanos()) {
        abandonUpstream();
        settle(record.completion().cancelled(), this::drainedAll);
      }
    } else if (phase == Phase.WAITING) {
      if (request.isComplete() && (late || nowNanos - sentNanos >= limits.firstByteNanos())) {
        abandonUpstream();
        fail(
            504, "Provider timed out", provider() + " did not answer in time.", "provider_timeout");
      }
    } else if (late || nowNanos - record.partNanos() >= limits.pauseNanos()) {
      stopped();
    }
  }

  // Whose fault it is: the provider sends nothing more, or its caller takes nothing more.
  private void stopped() {
    if (client.isWritable()) {
      abandonUpstream();
      cut("provider_timeout");
    } else {
      client.abort(true);
      callerGone();
    }
  }

  private void abandonUpstream() {
    UpstreamConnection from = upstream;
    upstream = null;
    if (from != null) {
      from.abandon();
    }
  }

  // ---- the event ----

  /** Puts the event into the journal, then goes on; what fails there cuts the answer. */
  private void settle(Completion completion, Runnable then) {
    phase = Phase.SETTLING;
    client.loop().watch().remove(this);
    release();
    if (record.isOpen() && isUnread(completion)) {
      proxy.metrics().unread();
    }
    record.settle(
        completion,
        client.loop().eventLoop(),
        published -> {
          if (published) {
            then.run();
          } else {
            abandonUpstream();
            abort();
          }
        });
  }

  // The provider answered to the end, and nobody found in it what it costs.
  private boolean isUnread(Completion completion) {
    return record.status() < 400
        && answer != null
        && !callerGone
        && completion.usage().isEmpty()
        && !completion.pending();
  }

  private void release() {
    request.release();
  }

  private String provider() {
    return plan.target().provider().id();
  }
}
