package io.llmcost.cli.emit;

import io.llmcost.cli.terminal.CommandFailure;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.jspecify.annotations.Nullable;

/**
 * How long an outage is waited through: until nothing has moved on for the limit, however long the
 * whole work takes.
 */
final class Patience {
  private static final Duration PAUSE = Duration.ofMillis(300);

  private final Duration limit;
  private volatile long lastProgress = System.nanoTime();

  Patience(Duration limit) {
    this.limit = limit;
  }

  /** Something that may fail for as long as an outage lasts. */
  interface Attempt<T extends @Nullable Object> {
    T make() throws Exception;
  }

  Duration limit() {
    return limit;
  }

  /** Something moved on: the limit starts again. */
  void progress() {
    lastProgress = System.nanoTime();
  }

  /** Tries until it succeeds, which is progress; {@code what} is for the failure's line. */
  <T extends @Nullable Object> T insist(String what, Attempt<T> attempt) {
    T result = repeat(what, attempt);
    progress();
    return result;
  }

  /** Tries until it succeeds, where an answer alone is no progress yet. */
  <T extends @Nullable Object> T repeat(String what, Attempt<T> attempt) {
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
  void pause(String what, Throwable failure) {
    if (permanent(failure)) {
      throw new CommandFailure("cannot " + what + ": " + reason(failure), failure);
    }
    pause(what, reason(failure), failure);
  }

  /** Waits a moment, or gives up. */
  void pause(String what, String state) {
    pause(what, state, null);
  }

  private void pause(String what, String state, @Nullable Throwable cause) {
    if (System.nanoTime() - lastProgress > limit.toNanos()) {
      String message =
          "gave up, nothing moved for %s: cannot %s: %s".formatted(words(limit), what, state);
      throw cause == null ? new CommandFailure(message) : new CommandFailure(message, cause);
    }
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure("interrupted", e);
    }
  }

  /** Whether waiting cannot help. */
  static boolean permanent(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof AuthenticationException
          || t instanceof AuthorizationException
          || t instanceof ConfigException
          || t instanceof UnsupportedVersionException) {
        return true;
      }
    }
    return false;
  }

  static String reason(Throwable failure) {
    Throwable last = failure;
    while (last.getCause() != null) {
      last = last.getCause();
    }
    return last.getMessage() != null ? last.getMessage() : last.getClass().getSimpleName();
  }

  static String words(Duration duration) {
    return duration.toSeconds() % 60 == 0 && duration.toMinutes() > 0
        ? duration.toMinutes() + " min"
        : duration.toMillis() / 1000.0 + " s";
  }
}
