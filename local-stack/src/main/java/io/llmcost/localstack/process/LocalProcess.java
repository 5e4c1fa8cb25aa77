package io.llmcost.localstack.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A child process in a session of its own, so that a terminal's Ctrl-C does not reach it, which the
 * kernel or a watcher kills when this JVM dies, however it dies.
 */
public final class LocalProcess {
  private static final long LOG_BYTES_KEPT = 16L * 1024 * 1024;

  /** Settings that a shell may hold for other programs and that would change what we start. */
  private static final List<String> NOT_INHERITED =
      List.of(
          "SPRING_",
          "SERVER_",
          "MANAGEMENT_",
          "LLMCOST_SECURITY_",
          "KAFKA_",
          "APICURIO_",
          "QUARKUS_",
          "PG");

  private final Process process;
  private final Launch launch;

  private LocalProcess(Process process, Launch launch) {
    this.process = process;
    this.launch = launch;
  }

  /** Starts it; its log is put aside first when it has grown large. */
  public static LocalProcess start(Launch launch) {
    try {
      Files.createDirectories(launch.log().toAbsolutePath().getParent());
      putAside(launch.log());
      List<String> command = new ArrayList<>(Containment.prefix(launch.refusesRoot()));
      command.addAll(launch.command());
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(launch.directory().toFile())
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(launch.log().toFile()));
      Map<String, String> environment = builder.environment();
      environment.keySet().removeIf(name -> NOT_INHERITED.stream().anyMatch(name::startsWith));
      environment.putAll(launch.environment());
      return new LocalProcess(Spawner.start(builder), launch);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Valid once it has ended. */
  public int exitCode() {
    return process.exitValue();
  }

  public CompletableFuture<LocalProcess> onExit() {
    return process.onExit().thenApply(ended -> this);
  }

  /**
   * Asks it to end, waits, and kills it when it has not ended by then; true when it ended itself.
   */
  public boolean stop(Duration grace) {
    signal(launch.stopSignal().name());
    // A stopped process would not see the signal.
    signal("CONT");
    boolean ended = awaitEnd(grace);
    if (!ended) {
      kill();
    }
    return ended;
  }

  /** SIGKILL, and waits until it is gone. */
  public void kill() {
    process.destroyForcibly();
    awaitEnd(Duration.ofSeconds(10));
  }

  private boolean awaitEnd(Duration limit) {
    boolean interrupted = false;
    long deadline = System.nanoTime() + limit.toNanos();
    try {
      while (true) {
        try {
          return process.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void signal(String name) {
    if (!process.isAlive()) {
      return;
    }
    try {
      Spawner.start(
              new ProcessBuilder("sh", "-c", "kill -" + name + " " + process.pid())
                  .redirectErrorStream(true)
                  .redirectOutput(ProcessBuilder.Redirect.DISCARD))
          .onExit()
          .join();
    } catch (IOException e) {
      process.destroy();
    }
  }

  /** Between starts a log is renamed; while its process runs it is copied and emptied. */
  private static void putAside(Path log) throws IOException {
    if (Files.exists(log) && Files.size(log) > LOG_BYTES_KEPT) {
      Files.move(log, previous(log), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** Copies and empties the log when it has grown large; its process goes on appending to it. */
  public void trimLog() throws IOException {
    Path log = launch.log();
    if (Files.exists(log) && Files.size(log) > LOG_BYTES_KEPT) {
      Files.copy(log, previous(log), StandardCopyOption.REPLACE_EXISTING);
      Files.newByteChannel(log, StandardOpenOption.WRITE).truncate(0).close();
    }
  }

  private static Path previous(Path log) {
    return log.resolveSibling(log.getFileName() + ".1");
  }
}
