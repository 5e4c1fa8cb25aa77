package io.llmcost.cli.up;

import io.llmcost.cli.terminal.CommandFailure;
import io.llmcost.localstack.StackHome;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The services' jars, taken apart once into the layout from which a JVM starts fastest, and the
 * start caches of all programs; where these cannot be written, the jar itself runs, without.
 */
final class Applications {
  private final Path root;
  private final Path directory;
  private final boolean recording;
  private final List<StartCache> caches = new ArrayList<>();

  /** {@code recording} has every program write its start cache when it ends. */
  Applications(StackHome home, boolean recording) {
    this.root = home.root();
    this.directory = root.resolve("cli/target/llmcost/apps");
    this.recording = recording;
  }

  /** What {@code java -jar} runs; fails where it was not built. */
  Path jar(ServiceKind service) {
    Path built = built(service);
    try {
      Path home = directory.resolve(service.label() + "-" + StartCache.build(built));
      Path jar = home.resolve(built.getFileName());
      if (!Files.exists(jar)) {
        Files.createDirectories(directory);
        removeOlder(service);
        extract(built, home);
      }
      return jar;
    } catch (IOException e) {
      return built;
    }
  }

  /** The start cache of a program whose build shows in the given file. */
  StartCache cache(String name, Path program) {
    StartCache cache = StartCache.of(directory, name, program, recording);
    caches.add(cache);
    return cache;
  }

  /** Makes what was recorded the caches of later starts; to be called once all have ended. */
  void keepCaches() throws IOException {
    for (StartCache cache : caches) {
      cache.keep();
    }
  }

  /** Removes what a recording that failed has left. */
  void discardRecordings() throws IOException {
    for (StartCache cache : caches) {
      cache.discard();
    }
  }

  private Path built(ServiceKind service) {
    Path target = root.resolve(service.label()).resolve("target");
    try (DirectoryStream<Path> jars =
        Files.newDirectoryStream(target, service.label() + "-*-app.jar")) {
      for (Path jar : jars) {
        return jar;
      }
    } catch (IOException e) {
      // no target directory yet
    }
    throw new CommandFailure(
        "missing the jar of %s in %s; build it: mvn -q -DskipTests package"
            .formatted(service.label(), target));
  }

  private void extract(Path jar, Path home) throws IOException {
    Path unfinished = Files.createTempDirectory(directory, ".new-");
    Process tool =
        new ProcessBuilder(
                StackHome.java().toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Djarmode=tools",
                "-jar",
                jar.toString(),
                "extract",
                "--force",
                "--destination",
                unfinished.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (tool.onExit().join().exitValue() != 0) {
      delete(unfinished);
      throw new IOException("cannot extract " + jar);
    }
    try {
      Files.move(unfinished, home, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      delete(unfinished); // another stack was faster
    }
  }

  private void removeOlder(ServiceKind service) throws IOException {
    List<Path> older = new ArrayList<>();
    try (DirectoryStream<Path> found =
        Files.newDirectoryStream(directory, service.label() + "-*")) {
      found.forEach(older::add);
    }
    for (Path path : older) {
      delete(path);
    }
  }

  static void delete(Path tree) throws IOException {
    List<Path> paths;
    try (Stream<Path> found = Files.walk(tree)) {
      paths = found.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : paths) {
      Files.deleteIfExists(path);
    }
  }
}
