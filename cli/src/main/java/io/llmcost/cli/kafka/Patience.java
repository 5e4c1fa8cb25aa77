package io.llmcost.cli.kafka;

import io.llmcost.cli.terminal.CommandFailure;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * How long an outage is waited through: until nothing has moved on for the limit, however long the
 * whole work takes.
 */
public final class Patience {
  private static final Duration PAUSE = Duration.ofMillis(300);

  /** For a failure that may be an outage, but does not look like one. */
  private static final Duration DOUBT = Duration.ofSeconds(30);

  private final Duration limit;
  private volatile long lastProgress = System.nanoTime();

  public Patience(Duration limit) {
    this.limit = limit;
  }

  /** Something that may fail for as long as an outage lasts. */
  public interface Attempt<T extends @Nullable Object> {
    T make() throws Exception;
  }

  /** Until when nothing may move. */
  public Duration limit() {
    return limit;
  }

  /** Something moved on: the limit starts again. */
  public void progress() {
    lastProgress = System.nanoTime();
  }

  /** Tries until it succeeds, which is progress; {@code what} is for the failure's line. */
  public <T extends @Nullable Object> T insist(String what, Attempt<T> attempt) {
    T result = repeat(what, attempt);
    progress();
    return result;
  }

  /** Tries until it succeeds, where an answer alone is no progress yet. */
  public <T extends @Nullable Object> T repeat(String what, Attempt<T> attempt) {
    while (true) {
      try {
        return attempt.make();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CommandFailure("interrupted", e);
      } catch (CommandFailure e) {
        throw e;
      } catch (Exception e) {
        pause(what, e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e);
      }
    }
  }

  /** Waits a moment, or gives up because of what keeps failing. */
  public void pause(String what, Throwable failure) {
    String reason = Failures.reason(failure);
    switch (Failures.kind(failure)) {
      case PERMANENT -> throw new CommandFailure("cannot " + what + ": " + reason, failure);
      case UNKNOWN -> pause(what, reason, failure, limit.compareTo(DOUBT) < 0 ? limit : DOUBT);
      case OUTAGE -> pause(what, reason, failure, limit);
    }
  }

  /** Waits a moment, or gives up. */
  public void pause(String what, String state) {
    pause(what, state, null, limit);
  }

  private void pause(String what, String state, @Nullable Throwable cause, Duration longest) {
    if (System.nanoTime() - lastProgress > longest.toNanos()) {
      String message =
          "gave up, nothing moved for %s: cannot %s: %s".formatted(words(longest), what, state);
      throw cause == null ? new CommandFailure(message) : new CommandFailure(message, cause);
    }
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure("interrupted", e);
    }
  }

  static String words(Duration duration) {
    return duration.toSeconds() % 60 == 0 && duration.toMinutes() > 0
        ? duration.toMinutes() + " min"
        : duration.toMillis() / 1000.0 + " s";
  }
}
