package io.llmcost.localstack;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * Where a stack keeps everything between starts, open to its owner only, locked by the one stack
 * that runs on it. Every reason not to use it is a {@link StackException}.
 */
public final class DataDirectory implements AutoCloseable {
  /** Stands in every data directory and names the layout of its files. */
  private static final String MARKER = "llmcost-data";

  private static final String LAYOUT = "1 postgres-" + Database.MAJOR_VERSION;
  private static final String LOCK = "lock";
  private static final long LEAST_FREE_BYTES = 1L << 30;

  private final Path path;
  private final RandomAccessFile lockFile;

  private DataDirectory(Path path, RandomAccessFile lockFile) {
    this.path = path;
    this.lockFile = lockFile;
  }

  /** Makes it where it is missing; empties it first where {@code fresh}. */
  public static DataDirectory open(Path directory, boolean fresh) {
    return open(directory, fresh, LEAST_FREE_BYTES);
  }

  static DataDirectory open(Path directory, boolean fresh, long leastFreeBytes) {
    try {
      Path path = made(directory);
      checkIsOurs(path);
      RandomAccessFile lockFile = lock(path);
      try {
        if (fresh) {
          empty(path);
        }
        checkLayout(path);
        checkSpace(path, leastFreeBytes);
      } catch (StackException | IOException e) {
        lockFile.close();
        throw e;
      }
      return new DataDirectory(path, lockFile);
    } catch (IOException e) {
      throw new StackException("cannot use " + directory + " as data directory: " + reason(e), e);
    }
  }

  public Path path() {
    return path;
  }

  public Path resolve(String name) {
    return path.resolve(name);
  }

  /** Replaces a file in one step, readable by its owner only. */
  public void write(String name, String content) {
    try {
      Path unfinished =
          Files.createTempFile(
              path,
              name,
              ".new",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(unfinished, content);
      Files.move(unfinished, path.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Lets another stack use it. */
  @Override
  public void close() {
    try {
      lockFile.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path made(Path directory) throws IOException {
    Files.createDirectories(directory);
    Path path = directory.toRealPath();
    if (!Files.isWritable(path)) {
      throw new StackException(path + " cannot be written by this user");
    }
    return path;
  }

  private static void checkIsOurs(Path path) throws IOException {
    if (Files.exists(path.resolve(MARKER))) {
      return;
    }
    try (DirectoryStream<Path> content = Files.newDirectoryStream(path)) {
      for (Path file : content) {
        if (!file.endsWith(LOCK)) {
          throw new StackException(
              path + " holds other files and is no llmcost data directory; choose another one");
        }
      }
    }
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
  }

  private static RandomAccessFile lock(Path path) throws IOException {
    RandomAccessFile file = new RandomAccessFile(path.resolve(LOCK).toFile(), "rw");
    if (!tryLock(file)) {
      String owner = file.readLine();
      file.close();
      throw new StackException(
          "the stack with pid "
              + owner
              + " runs on "
              + path
              + "; stop it, or choose another --data-dir (and --port-offset)");
    }
    file.setLength(0);
    file.write((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII));
    return file;
  }

  private static boolean tryLock(RandomAccessFile file) throws IOException {
    try {
      @Nullable FileLock lock = file.getChannel().tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false; // another stack of this JVM
    }
  }

  private static void empty(Path path) throws IOException {
    try (DirectoryStream<Path> content = Files.newDirectoryStream(path)) {
      for (Path file : content) {
        if (!file.endsWith(LOCK) && !file.endsWith(MARKER)) {
          Trees.delete(file);
        }
      }
    }
    Files.deleteIfExists(path.resolve(MARKER));
  }

  private static void checkLayout(Path path) throws IOException {
    Path marker = path.resolve(MARKER);
    if (!Files.exists(marker)) {
      Files.writeString(marker, LAYOUT + "\n");
      return;
    }
    String found = Files.readString(marker).strip();
    if (!found.equals(LAYOUT)) {
      throw new StackException(
          path
              + " was written by another version of llmcost (layout '"
              + found
              + "', here '"
              + LAYOUT
              + "'); use that version, another --data-dir, or lose its data with --fresh");
    }
  }

  private static void checkSpace(Path path, long leastFreeBytes) throws IOException {
    long free = Files.getFileStore(path).getUsableSpace();
    if (free < leastFreeBytes) {
      throw new StackException(
          "only "
              + (free >> 20)
              + " MiB are free where "
              + path
              + " is; the stack needs "
              + (leastFreeBytes >> 20)
              + " MiB");
    }
  }

  private static String reason(IOException e) {
    String message = e.getMessage();
    return e.getClass().getSimpleName() + (message == null ? "" : " " + message);
  }
}
