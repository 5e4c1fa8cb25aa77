package io.llmcost.cli.up;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.List;

/**
 * What one program's JVM loaded and linked on an earlier run, so that it need not do it again. A
 * JVM ignores one that does not fit; none at all is no error either.
 *
 * @param build the one build of the program that it is of
 * @param recording whether the next run writes it, as it ends
 */
record StartCache(Path directory, String name, String build, boolean recording) {
  /** The cache of a program whose build shows in one file. */
  static StartCache of(Path directory, String name, Path program, boolean recording) {
    return new StartCache(directory, name, build(program), recording);
  }

  /**
   * Tells builds of a file apart. Its size and modification time, which a JVM goes by, cannot:
   * reproducible builds all have the same time.
   */
  static String build(Path file) {
    try {
      FileTime changed = (FileTime) Files.getAttribute(file, "unix:ctime");
      return Long.toHexString(changed.toMillis()) + Long.toHexString(Files.size(file));
    } catch (IOException e) {
      return "unknown";
    }
  }

  List<String> options() {
    if (recording) {
      return List.of("-XX:AOTCacheOutput=" + unfinished());
    }
    return Files.exists(file()) ? List.of("-XX:AOTCache=" + file()) : List.of();
  }

  /** Makes what was recorded the cache, the only one; to be called once its JVM has ended. */
  void keep() throws IOException {
    if (!Files.exists(unfinished())) {
      return;
    }
    try (DirectoryStream<Path> older = Files.newDirectoryStream(directory, name + "-*.aot")) {
      for (Path file : older) {
        Files.delete(file);
      }
    }
    Files.move(unfinished(), file(), StandardCopyOption.ATOMIC_MOVE);
  }

  /** Removes what a recording that failed, or the JVM itself, has left. */
  void discard() throws IOException {
    try (DirectoryStream<Path> leftovers =
        Files.newDirectoryStream(directory, name + "-*.aot.new*")) {
      for (Path file : leftovers) {
        Files.deleteIfExists(file);
      }
    }
  }

  private Path file() {
    return directory.resolve(name + "-" + build + ".aot");
  }

  private Path unfinished() {
    return directory.resolve(name + "-" + build + ".aot.new");
  }
}
