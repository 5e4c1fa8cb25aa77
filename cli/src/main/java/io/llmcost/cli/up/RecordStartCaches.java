package io.llmcost.cli.up;

import io.llmcost.cli.terminal.CommandFailure;
import io.llmcost.localstack.StackHome;
import io.llmcost.localstack.process.Ports;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A step of the build that {@code ./llmcost} runs: starts a stack in a temporary directory once,
 * every JVM recording what it loads, so that later starts take half the time. A failure is one line
 * and no harm.
 */
public final class RecordStartCaches {
  /** On a machine so busy that it takes longer, starts are no quicker for it either. */
  private static final Duration LIMIT = Duration.ofMinutes(3);

  private static final int FIRST_PORT = 5432;

  private RecordStartCaches() {}

  public static void main(String[] args) {
    try {
      StackHome home = Up.located();
      Path directory = Files.createTempDirectory("llmcost-start-caches-");
      try {
        record(home, directory);
      } finally {
        Applications.delete(directory);
      }
    } catch (CommandFailure | IOException e) {
      System.err.println("llmcost: starts stay slower than they could be: " + e.getMessage());
    }
    System.exit(0);
  }

  private static void record(StackHome home, Path directory) throws IOException {
    PrintWriter nowhere =
        new PrintWriter(
            new OutputStreamWriter(OutputStream.nullOutputStream(), StandardCharsets.UTF_8));
    Applications applications = new Applications(home, true);
    Thread.ofPlatform().daemon().start(() -> giveUpAfterLimit(applications, directory));
    StackOptions options = StackOptions.of(directory, Ports.free() - FIRST_PORT, false, null);
    try {
      Up.start(home, options, nowhere, applications, RunningStack.INTERRUPTED).closeQuickly(LIMIT);
      applications.keepCaches();
    } finally {
      applications.discardRecordings();
    }
  }

  private static void giveUpAfterLimit(Applications applications, Path directory) {
    try {
      Thread.sleep(LIMIT);
      System.err.println("llmcost: starts stay slower than they could be: no time to prepare");
      applications.discardRecordings();
      Applications.delete(directory);
    } catch (IOException | InterruptedException e) {
      System.err.println("llmcost: " + e);
    } finally {
      Runtime.getRuntime().halt(1);
    }
  }
}
