package io.llmcost.gateway.call;

import io.llmcost.client.event.LlmCallContext;
import io.llmcost.client.provider.AnswerHead;
import io.llmcost.client.provider.Completion;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is told of one call in the end: its event, where it is billed, and its part in the metrics.
 * On the call's event loop.
 */
final class CallRecord {
  static final String EVENT_ID = "x-llmcost-event-id";
  static final String TRACKED = "x-llmcost-tracked";

  private final Proxy proxy;
  private final Instant arrivedAt;
  private final long arrivedNanos = System.nanoTime();
  private @Nullable TrackedCall tracked;
  private boolean unrecorded;
  private boolean recorded;
  private long firstPartNanos;
  private long partNanos;
  private long overheadNanos;
  private int status;

  CallRecord(Proxy proxy) {
    this.proxy = proxy;
    this.arrivedAt = proxy.clock().instant();
  }

  /** Reserves the room of the event, where the call is billed; see {@link Proxy#track}. */
  void open(CallPlan plan, @Nullable LlmCallContext context) {
    if (plan.adapter() != null && context != null) {
      tracked = proxy.track(plan, plan.adapter(), context, arrivedAt);
      unrecorded = tracked == null;
    }
  }

  /** Returns whether the call will be an event, and is not one yet. */
  boolean isOpen() {
    return tracked != null;
  }

  /** Returns whether the event was written before the answer's connection came to its end. */
  boolean isRecorded() {
    return recorded;
  }

  /** The request goes to the provider now. */
  void sent() {
    overheadNanos = System.nanoTime() - arrivedNanos;
  }

  void head(HttpResponse response) {
    partNanos = System.nanoTime();
    status = response.status().code();
    TrackedCall call = tracked;
    if (call != null) {
      call.head(new AnswerHead(status, response.headers()::get));
    }
  }

  /** Takes a part of the answer's body, which may be empty. */
  void part(byte[] bytes, int length) {
    partNanos = System.nanoTime();
    if (firstPartNanos == 0) {
      firstPartNanos = partNanos;
    }
    TrackedCall call = tracked;
    if (call != null && length > 0) {
      call.body(bytes, length);
    }
  }

  /** The answer is a problem of the gateway's own. */
  void answeredWith(int problemStatus) {
    status = problemStatus;
  }

  /** Returns whether the event's id is known, or there will be none. */
  boolean isIdentified() {
    TrackedCall call = tracked;
    return call == null || call.isIdentified();
  }

  /** Returns whether the answer has told its end, though the connection may not have. */
  boolean isFinished() {
    TrackedCall call = tracked;
    return call != null && call.isFinished();
  }

  Completion completion() {
    TrackedCall call = tracked;
    return call == null ? Completion.notUnderstood() : call.completion();
  }

  /** Says in an answer's head which event the call is, or that it is none. */
  void describe(HttpHeaders headers, boolean identified) {
    TrackedCall call = tracked;
    if (call != null && identified) {
      headers.set(EVENT_ID, call.eventId().toString());
    } else if (unrecorded) {
      headers.set(TRACKED, "false");
    }
  }

  /** Returns the event's id, or null where there will be none. */
  @Nullable String eventId() {
    TrackedCall call = tracked;
    return call == null ? null : call.eventId().toString();
  }

  /**
   * Puts the event into the journal; {@code then} hears on {@code loop} whether it is there, which
   * it is as well where there is none to write.
   */
  void settle(Completion completion, EventLoop loop, Consumer<Boolean> then) {
    TrackedCall call = tracked;
    if (call == null) {
      then.accept(true);
      return;
    }
    long end = System.nanoTime();
    TrackedCall.Times times =
        new TrackedCall.Times(
            proxy.clock().instant(),
            TimeUnit.NANOSECONDS.toMillis(end - arrivedNanos),
            firstPartNanos == 0
                ? null
                : TimeUnit.NANOSECONDS.toMillis(firstPartNanos - arrivedNanos));
    proxy.publish(call, completion, times, loop, then);
  }

  /** The event is in the journal, and the answer may go on: nothing of it counts any more. */
  void close() {
    recorded |= tracked != null;
    tracked = null;
  }

  /** Gives the room of the event back: there will be none. */
  void discard() {
    TrackedCall call = tracked;
    tracked = null;
    if (call != null) {
      call.release();
    }
  }

  /** Counts the call, which has ended. */
  void measure(String provider) {
    long now = System.nanoTime();
    long since = partNanos == 0 ? now : partNanos;
    proxy
        .metrics()
        .answered(
            provider,
            status,
            recorded || tracked != null,
            now - arrivedNanos,
            overheadNanos + (now - since));
  }

  Instant arrivedAt() {
    return arrivedAt;
  }

  long arrivedNanos() {
    return arrivedNanos;
  }

  /** Returns when the last part of the answer came, or 0. */
  long partNanos() {
    return partNanos;
  }

  int status() {
    return status;
  }
}
