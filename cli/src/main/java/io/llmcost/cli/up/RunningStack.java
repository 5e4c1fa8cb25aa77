package io.llmcost.cli.up;

import io.llmcost.localstack.DataDirectory;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/**
 * A stack that this process started. It is stopped by {@link #close}, by SIGINT or by SIGTERM, and
 * whatever ends it, none of its processes is left.
 */
public final class RunningStack implements AutoCloseable {
  /** For each process; all together stay below the minute that people wait. */
  private static final Duration GRACE = Duration.ofSeconds(10);

  /** Services, then what they stand on. */
  private static final List<List<String>> WAVES =
      List.of(
          List.of("llm-gateway", "cost-calculator", "cost-recorder", "reporting-api"),
          List.of("schema-registry", "kafka"),
          List.of("postgres"));

  /** The shell's own for a command that SIGINT ended. */
  static final int INTERRUPTED = 130;

  private final DataDirectory data;
  private final StackPlan plan;
  private final Supervisor supervisor;
  private final PrintWriter out;
  private final Thread onSignal = new Thread(this::endOnSignal, "stop");
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile int exitCodeOnSignal = INTERRUPTED;

  RunningStack(DataDirectory data, StackPlan plan, Supervisor supervisor, PrintWriter out) {
    this.data = data;
    this.plan = plan;
    this.supervisor = supervisor;
    this.out = out;
    Runtime.getRuntime().addShutdownHook(onSignal);
  }

  public URI gateway() {
    return plan.service(ServiceKind.GATEWAY).url();
  }

  public URI calculator() {
    return plan.service(ServiceKind.CALCULATOR).url();
  }

  public URI recorder() {
    return plan.service(ServiceKind.RECORDER).url();
  }

  public URI reporting() {
    return plan.service(ServiceKind.REPORTING).url();
  }

  public String bootstrapServers() {
    return plan.broker().bootstrapServers();
  }

  public String schemaRegistryUrl() {
    return plan.registry().url();
  }

  /** JDBC, with user, password and the ledger on the search path. */
  public String ledgerUrl() {
    return plan.ledgerUrl();
  }

  /** The token of a role: emitter, reader, price_admin or operator. */
  public String token(String role) {
    String token = plan.tokens().get(role);
    if (token == null) {
      throw new IllegalArgumentException("no role " + role);
    }
    return token;
  }

  public Path dataDirectory() {
    return data.path();
  }

  /**
   * How this process ends when SIGINT or SIGTERM stops it: with 130 unless a command that has done
   * its work, and only waits to be stopped, says 0.
   */
  public void exitCodeOnSignal(int exitCode) {
    exitCodeOnSignal = exitCode;
  }

  /** Returns when it was closed; a signal ends this process before. */
  public void awaitEnd() {
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Where all is and which tokens open it, for a person. */
  public String summary() {
    StringBuilder text = new StringBuilder("\n");
    line(text, "gateway", gateway().toString());
    line(text, "calculator", calculator().toString());
    line(text, "recorder", recorder().toString());
    line(text, "reporting", reporting().toString());
    line(text, "kafka", bootstrapServers());
    line(text, "schema registry", schemaRegistryUrl());
    line(text, "postgres", ledgerUrl());
    plan.tokens().forEach((role, token) -> line(text, "token " + role, token));
    line(text, "also in", data.resolve(StackJson.NAME).toString());
    return text.append('\n').toString();
  }

  private static void line(StringBuilder text, String name, String value) {
    text.append(String.format(Locale.ROOT, "  %-18s %s%n", name, value));
  }

  /** Tells the world where all is, now and whenever a process is started again. */
  void announce() {
    supervisor.onChange(this::writeFile);
    writeFile();
  }

  private synchronized void writeFile() {
    if (!supervisor.isStopping()) {
      data.write(StackJson.NAME, StackJson.of(plan, supervisor.pids()));
    }
  }

  /** Stops all in the order in which the data flows, then what it flows through. */
  @Override
  public void close() {
    close(() -> supervisor.stop(GRACE));
  }

  /** As much at once as can be, with another time for each process to end by itself. */
  void closeQuickly(Duration grace) {
    close(() -> supervisor.stopInWaves(WAVES, grace));
  }

  private void close(Runnable stop) {
    if (closed.getCount() == 0) {
      return;
    }
    stop(stop);
    try {
      Runtime.getRuntime().removeShutdownHook(onSignal);
    } catch (IllegalStateException e) {
      park(); // a signal came meanwhile, and decides how this process ends
    }
  }

  private void stop(Runnable stop) {
    stop.run();
    synchronized (this) {
      try {
        Files.deleteIfExists(data.resolve(StackJson.NAME));
      } catch (IOException e) {
        out.println("stack.json is left behind: " + e.getMessage());
      }
    }
    if (closed.getCount() > 0) {
      data.close();
      closed.countDown();
    }
  }

  private void endOnSignal() {
    out.println("stopping");
    out.flush();
    stop(() -> supervisor.stop(GRACE));
    out.println("stopped");
    out.flush();
    Runtime.getRuntime().halt(exitCodeOnSignal);
  }

  /** For a thread that has nothing to say while a signal ends this process. */
  static void park() {
    while (true) {
      LockSupport.park();
    }
  }

  boolean isStopping() {
    return supervisor.isStopping();
  }
}
