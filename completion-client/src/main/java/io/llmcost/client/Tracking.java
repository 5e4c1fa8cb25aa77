package io.llmcost.client;

import io.llmcost.client.event.LlmCallContext;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * Whether the LLM calls of a piece of code are recorded, and for whom: {@code
 * Tracking.off().call(() -> model.chat(question))}, {@code Tracking.with(c ->
 * c.withUser("u-17")).run(...)}. It holds for the calls that begin on this thread inside of {@code
 * run} or {@code call}, whichever way they are recorded, and on whichever thread they end. What
 * begins elsewhere (an executor's thread, a cold {@code Flux}) takes it along as a value: {@link
 * #current()} and {@code run} there, or the attribute {@link #KEY} where a framework has such.
 */
public final class Tracking {
  /** Name of the attribute that carries a {@code Tracking} with one request of a framework's. */
  public static final String KEY = "llmcost.tracking";

  private static final ScopedValue<Tracking> CURRENT = ScopedValue.newInstance();
  private static final Tracking PLAIN = new Tracking(true, UnaryOperator.identity());

  private final boolean on;
  private final UnaryOperator<LlmCallContext> details;

  private Tracking(boolean on, UnaryOperator<LlmCallContext> details) {
    this.on = on;
    this.details = details;
  }

  /** Returns what holds on this thread now. */
  public static Tracking current() {
    return CURRENT.orElse(PLAIN);
  }

  /** Returns one under which nothing is recorded. */
  public static Tracking off() {
    return new Tracking(false, current().details);
  }

  /** Returns what holds now, with more said of whom the calls are for. */
  public static Tracking with(UnaryOperator<LlmCallContext> more) {
    Objects.requireNonNull(more, "more");
    Tracking outer = current();
    return new Tracking(outer.on, context -> more.apply(outer.details.apply(context)));
  }

  /** Runs {@code calls} under this. */
  public void run(Runnable calls) {
    ScopedValue.where(CURRENT, this).run(calls);
  }

  /** Returns the result of {@code calls}, made under this. */
  public <R, X extends Throwable> R call(ScopedValue.CallableOp<? extends R, X> calls) throws X {
    return ScopedValue.where(CURRENT, this).call(calls);
  }

  /** Returns whether calls are recorded. */
  public boolean isOn() {
    return on;
  }

  /** Returns {@code context} with what this says of the calls. */
  public LlmCallContext of(LlmCallContext context) {
    return details.apply(context);
  }
}
