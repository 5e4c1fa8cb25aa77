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
 * The services' jars, taken apart once into the layout from which a JVM starts fastest; where that
 * cannot be written, the jar itself runs.
 */
final class Applications {
  private final Path root;
  private final Path directory;

  /** Fails where a jar is missing. */
  Applications(StackHome home) {
    this.root = home.root();
    this.directory = root.resolve("cli/target/llmcost/apps");
    for (ServiceKind service : ServiceKind.values()) {
      built(service);
    }
  }

  /** What {@code java -jar} runs. */
  Path jar(ServiceKind service) {
    Path built = built(service);
    try {
      Path home = directory.resolve(service.label() + "-" + version(built));
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

  /** Another build of the jar has another one. */
  private static String version(Path jar) throws IOException {
    return Long.toHexString(Files.getLastModifiedTime(jar).toMillis())
        + "-"
        + Long.toHexString(Files.size(jar));
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

  private static void delete(Path tree) throws IOException {
    List<Path> paths;
    try (Stream<Path> found = Files.walk(tree)) {
      paths = found.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : paths) {
      Files.deleteIfExists(path);
    }
  }
}
