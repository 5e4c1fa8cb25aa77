package io.llmcost.cli.terminal;

import java.io.Console;
import java.io.PrintWriter;
import java.time.Duration;

/** One line that is rewritten as long work goes on, on stderr, only where a person watches. */
public final class Progress implements AutoCloseable {
  private static final long INTERVAL_NANOS = Duration.ofMillis(100).toNanos();

  private final PrintWriter out;
  private final boolean watched;
  private long lastShown = System.nanoTime() - INTERVAL_NANOS;
  private int width;

  Progress(PrintWriter out, boolean watched) {
    this.out = out;
    this.watched = watched;
  }

  /** A progress line on {@code err}; says nothing where no terminal is attached. */
  public static Progress on(PrintWriter err) {
    return new Progress(err, watched());
  }

  /** Whether a person watches: standard input and output are a terminal. */
  @SuppressWarnings("SystemConsoleNull") // Since JDK 25 it is null again where there is none.
  public static boolean watched() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }

  /** Shows the line, at most every tenth of a second. */
  public void show(String line) {
    if (!watched || System.nanoTime() - lastShown < INTERVAL_NANOS) {
      return;
    }
    lastShown = System.nanoTime();
    out.print("\r" + line + " ".repeat(Math.max(0, width - line.length())));
    out.flush();
    width = line.length();
  }

  /** Wipes the line, so that what comes after starts on a clean one. */
  public void clear() {
    if (width > 0) {
      out.print("\r" + " ".repeat(width) + "\r");
      out.flush();
      width = 0;
    }
  }

  @Override
  public void close() {
    clear();
  }
}
