package io.llmcost.localstack.process;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What to start: a command, the settings added to its environment, where it runs, where its output
 * is appended, which signal ends it, and whether it refuses to run as root.
 */
public record Launch(
    List<String> command,
    Map<String, String> environment,
    Path directory,
    Path log,
    StopSignal stopSignal,
    boolean refusesRoot) {
  /** The signal that asks a process to end in good order. */
  public enum StopSignal {
    TERM,
    /** PostgreSQL's fast shutdown. */
    INT
  }

  public Launch {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
    Objects.requireNonNull(directory);
    Objects.requireNonNull(log);
    Objects.requireNonNull(stopSignal);
  }

  public static Launch of(
      List<String> command, Map<String, String> environment, Path directory, Path log) {
    return new Launch(command, environment, directory, log, StopSignal.TERM, false);
  }
}
