package io.llmcost.localstack;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a killed postmaster leaves: backends that end once they notice, and hold the shared memory
 * until then, and a postmaster.pid whose number another process may bear by now. Whoever calls this
 * holds the lock on the stack's data directory, so that no other server can be using it.
 */
final class LeftoverPostgres {
  private static final Path PROCESSES = Path.of("/proc");
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private LeftoverPostgres() {}

  static void clear(Path dataDirectory) throws IOException {
    if (!Files.isDirectory(PROCESSES.resolve("self"))) {
      return; // PostgreSQL's own checks decide there
    }
    Path directory = dataDirectory.toRealPath();
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    List<ProcessHandle> left = workingIn(directory);
    while (!left.isEmpty()) {
      if (System.nanoTime() > deadline) {
        left.forEach(ProcessHandle::destroyForcibly);
      }
      Pause.of(Duration.ofMillis(20));
      left = workingIn(directory);
    }
    Files.deleteIfExists(directory.resolve("postmaster.pid"));
  }

  /** Every process of a server has its data directory as its working directory. */
  private static List<ProcessHandle> workingIn(Path directory) throws IOException {
    List<ProcessHandle> found = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(PROCESSES, "[0-9]*")) {
      for (Path entry : entries) {
        if (workingDirectory(entry).filter(directory::equals).isPresent()) {
          ProcessHandle.of(Long.parseLong(entry.getFileName().toString())).ifPresent(found::add);
        }
      }
    }
    return found;
  }

  private static Optional<Path> workingDirectory(Path process) {
    try {
      return Optional.of(Files.readSymbolicLink(process.resolve("cwd")));
    } catch (IOException e) {
      return Optional.empty(); // ended meanwhile, or another user's
    }
  }
}
