package io.llmcost.gateway.call;

import io.llmcost.client.event.LlmCallContext;
import io.llmcost.client.journal.JournalException;
import io.llmcost.client.provider.Completion;
import io.llmcost.client.provider.ProviderAdapter;
import io.llmcost.client.provider.ProviderAdapters;
import io.llmcost.client.publish.CompletionPublisher;
import io.llmcost.gateway.problem.Problem;
import io.llmcost.gateway.problem.ProblemException;
import io.llmcost.gateway.provider.CallRouter;
import io.llmcost.gateway.server.BodyBudget;
import io.netty.channel.EventLoop;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all calls share.
 *
 * @param executor for what would keep an event loop too long
 * @param publishing where events are put into the journal: the event loop itself, unless that waits
 *     for the device
 */
record Proxy(
    CallRouter router,
    ProviderAdapters adapters,
    ContextHeaders contexts,
    Credentials credentials,
    CallLimits limits,
    BodyBudget budget,
    CompletionPublisher publisher,
    CallMetrics metrics,
    Clock clock,
    Executor executor,
    @Nullable Executor publishing) {
  private static final Logger log = LoggerFactory.getLogger(Proxy.class);

  /**
   * Reserves the room of a call's event, before the provider is called.
   *
   * @return null where the journal has none and calls go on without
   */
  @Nullable TrackedCall track(
      CallPlan plan, ProviderAdapter adapter, LlmCallContext context, Instant arrivedAt) {
    try {
      return new TrackedCall(plan, adapter, context, publisher.reserve(), arrivedAt);
    } catch (JournalException e) {
      if (!limits.serveUntracked()) {
        throw new ProblemException(
            Problem.of(503, "Journal full", "Events cannot be recorded now; try again."));
      }
      metrics.untracked();
      return null;
    }
  }

  /**
   * Puts a call's event into the journal; {@code then} hears on {@code loop} whether it is there.
   */
  void publish(
      TrackedCall call,
      Completion completion,
      TrackedCall.Times times,
      EventLoop loop,
      Consumer<Boolean> then) {
    if (publishing == null) {
      then.accept(published(call, completion, times));
      return;
    }
    publishing.execute(
        () -> {
          boolean published = published(call, completion, times);
          loop.execute(() -> then.accept(published));
        });
  }

  private boolean published(TrackedCall call, Completion completion, TrackedCall.Times times) {
    try {
      call.publish(completion, times, publisher);
      return true;
    } catch (RuntimeException e) {
      metrics.unrecorded();
      log.error("the journal did not take event {}; its answer is cut", call.eventId(), e);
      call.release();
      return false;
    }
  }
}
