package io.llmcost.cli.up;

import io.llmcost.cli.terminal.CommandFailure;
import io.llmcost.localstack.DataDirectory;
import io.llmcost.localstack.Database;
import io.llmcost.localstack.Part;
import io.llmcost.localstack.StackException;
import io.llmcost.localstack.StackHome;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/** Starts a stack: broker and database, then registry and services, each as soon as it can. */
public final class Up {
  /** Seconds on an idle machine; on a busy one it shall come up late rather than never. */
  private static final Duration LIMIT = Duration.ofMinutes(5);

  /** What has not come up has little to put in order. */
  private static final Duration ABORT = Duration.ofSeconds(4);

  private static final Duration LOOK = Duration.ofMillis(20);
  private static final Executor THREADS = Thread::startVirtualThread;

  /** Services in the data's order, then what they stand on. */
  private static final List<String> STOP_ORDER =
      List.of(
          "llm-gateway",
          "cost-calculator",
          "cost-recorder",
          "reporting-api",
          "schema-registry",
          "kafka",
          "postgres");

  private final PrintWriter out;
  private final long began = System.nanoTime();

  private Up(PrintWriter out) {
    this.out = out;
  }

  /**
   * Returns when every process serves and stack.json is there; a {@link CommandFailure} says why it
   * cannot, and leaves nothing running. Progress goes to {@code out}, a line for each process.
   */
  public static RunningStack start(StackOptions options, PrintWriter out) {
    StackHome home = located();
    return start(home, options, out, new Applications(home, false), RunningStack.INTERRUPTED);
  }

  /** The same, for a command that has done its work once all is ready. */
  static RunningStack startToStay(StackOptions options, PrintWriter out) {
    StackHome home = located();
    return start(home, options, out, new Applications(home, false), 0);
  }

  static RunningStack start(
      StackHome home,
      StackOptions options,
      PrintWriter out,
      Applications applications,
      int exitCodeOnSignal) {
    try {
      return new Up(out).start(home, options, applications, exitCodeOnSignal);
    } catch (StackException e) {
      throw new CommandFailure(String.valueOf(e.getMessage()), e);
    } catch (UncheckedIOException e) {
      throw new CommandFailure("cannot start: " + e.getCause(), e);
    }
  }

  static StackHome located() {
    try {
      return StackHome.locate();
    } catch (StackException e) {
      throw new CommandFailure(String.valueOf(e.getMessage()), e);
    }
  }

  private RunningStack start(
      StackHome home, StackOptions options, Applications applications, int exitCodeOnSignal) {
    StackPorts ports = new StackPorts(options.portOffset());
    DataDirectory data = DataDirectory.open(options.dataDirectory(home.root()), options.fresh());
    RunningStack stack;
    StackPlan plan;
    Supervisor supervisor;
    try {
      Files.deleteIfExists(data.resolve(StackJson.NAME));
      ports.requireFree();
      plan =
          new StackPlan(home, data, ports, Credentials.in(data), applications, options.upstream());
      if (!Files.exists(plan.gatewayKeys().path())) {
        plan.gatewayKeys().update(none -> none);
      }
      supervisor = new Supervisor(STOP_ORDER, this::say);
      stack = new RunningStack(data, plan, supervisor, out);
    } catch (IOException e) {
      data.close();
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      data.close();
      throw e;
    }
    try {
      say("starting in " + data.path());
      startAll(plan, supervisor);
      stack.exitCodeOnSignal(exitCodeOnSignal);
      stack.announce();
      return stack;
    } catch (RuntimeException e) {
      if (stack.isStopping()) {
        RunningStack.park();
      }
      stack.closeQuickly(ABORT);
      throw e;
    }
  }

  private void startAll(StackPlan plan, Supervisor supervisor) {
    CompletableFuture<Void> broker = run(() -> start(supervisor, plan.broker(), LIMIT));
    CompletableFuture<Void> database =
        run(
            () -> {
              start(supervisor, plan.database(), Database.startLimit());
              plan.createDatabases();
            });
    List<CompletableFuture<Void>> all = new ArrayList<>(List.of(broker, database));
    all.add(database.thenRunAsync(() -> start(supervisor, plan.registry(), LIMIT), THREADS));
    CompletableFuture<Void> base = CompletableFuture.allOf(broker, database);
    for (ServicePart service : plan.services().values()) {
      all.add(base.thenRunAsync(() -> start(supervisor, service, LIMIT), THREADS));
    }
    awaitAll(all);
  }

  /** Fails with the first failure, without waiting for the others. */
  private static void awaitAll(List<CompletableFuture<Void>> all) {
    while (!all.stream().allMatch(CompletableFuture::isDone)
        && all.stream().noneMatch(CompletableFuture::isCompletedExceptionally)) {
      Supervisor.pause(LOOK);
    }
    try {
      all.stream()
          .filter(CompletableFuture::isCompletedExceptionally)
          .forEach(CompletableFuture::join);
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException reason ? reason : e;
    }
  }

  private static CompletableFuture<Void> run(Runnable action) {
    return CompletableFuture.runAsync(action, THREADS);
  }

  private void start(Supervisor supervisor, Part part, Duration limit) {
    supervisor.start(part, limit);
    say(String.format(Locale.ROOT, "%-15s ready after %.1f s", part.name(), seconds()));
  }

  private double seconds() {
    return (System.nanoTime() - began) / 1e9;
  }

  private void say(String line) {
    out.println(line);
    out.flush();
  }
}
