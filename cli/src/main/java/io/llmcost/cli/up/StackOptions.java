package io.llmcost.cli.up;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every command that starts a stack. */
public final class StackOptions {
  static final Path DEFAULT_DIRECTORY = Path.of(".llmcost");

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description =
          "Where all state is kept between starts (default: .llmcost here if there is one, else in"
              + " the project's root).")
  private @Nullable Path dataDirectory;

  @Option(
      names = "--port-offset",
      paramLabel = "N",
      defaultValue = "0",
      description = "Added to every port, so that several stacks run side by side (default: 0).")
  private int portOffset;

  @Option(names = "--fresh", description = "Lose what earlier starts have kept.")
  private boolean fresh;

  @Option(
      names = "--upstream",
      paramLabel = "URL",
      description = "Every provider's base URL becomes URL/{provider}: for tests and benchmarks.")
  private @Nullable URI upstream;

  /** The same as given on the command line. */
  public static StackOptions of(
      Path dataDirectory, int portOffset, boolean fresh, @Nullable URI upstream) {
    StackOptions options = new StackOptions();
    options.dataDirectory = dataDirectory;
    options.portOffset = portOffset;
    options.fresh = fresh;
    options.upstream = upstream;
    return options;
  }

  /** The upstream that the gateway gets where the command line names none. */
  public void upstreamUnlessGiven(URI url) {
    if (upstream == null) {
      upstream = url;
    }
  }

  /** Absolute; the other commands look for stack.json in the same order. */
  public Path dataDirectory(Path root) {
    Path directory = dataDirectory;
    if (directory == null) {
      directory =
          Files.exists(DEFAULT_DIRECTORY) ? DEFAULT_DIRECTORY : root.resolve(DEFAULT_DIRECTORY);
    }
    return directory.toAbsolutePath().normalize();
  }

  public int portOffset() {
    return portOffset;
  }

  public boolean fresh() {
    return fresh;
  }

  public Optional<URI> upstream() {
    return Optional.ofNullable(upstream);
  }
}
