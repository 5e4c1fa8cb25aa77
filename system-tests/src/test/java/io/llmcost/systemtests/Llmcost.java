package io.llmcost.systemtests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs {@code ./llmcost} as a person at a terminal does. */
final class Llmcost {
  static final Path ROOT =
      Path.of(System.getProperty("llmcost.root", "..")).toAbsolutePath().normalize();

  private Llmcost() {}

  /**
   * How one command ended.
   *
   * @param output what it printed on both streams
   */
  record Result(int exit, String output) {}

  /** Starts a command and lets it run; its output goes to {@code log}. */
  static Process start(Path log, String... arguments) {
    List<String> command = new ArrayList<>(List.of(ROOT.resolve("llmcost").toString()));
    command.addAll(List.of(arguments));
    try {
      return new ProcessBuilder(command)
          .directory(ROOT.toFile())
          .redirectErrorStream(true)
          .redirectOutput(log.toFile())
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs a command to its end, which must come within {@code limit}. */
  static Result run(Duration limit, String... arguments) {
    try {
      Path log = Files.createTempFile("llmcost", ".log");
      Process process = start(log, arguments);
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(
            String.join(" ", arguments) + " did not end within " + limit + ": " + read(log));
      }
      Result result = new Result(process.exitValue(), read(log));
      Files.delete(log);
      return result;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  static String read(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
