package io.llmcost.chassis.gatewaykey;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * The file that holds a gateway's keys: replaced in one step, so that a reader never sees half of
 * it, by one writer at a time. New, it is open to its owner only; later it keeps the owner, group
 * and mode that it was given.
 */
public final class GatewayKeyFile {
  private static final long MAX_BYTES = 64L << 20;

  private final Path path;

  /** Does not look at the file yet. */
  public GatewayKeyFile(Path path) {
    this.path = path.toAbsolutePath();
  }

  /** Returns where the file is. */
  public Path path() {
    return path;
  }

  /**
   * Returns the keys.
   *
   * @throws NoSuchFileException there is no file
   * @throws IOException it cannot be read
   * @throws IllegalArgumentException it is none of keys
   */
  public GatewayKeys read() throws IOException {
    long size = Files.size(path);
    if (size > MAX_BYTES) {
      throw new IOException(path + " has " + size + " bytes; at most " + MAX_BYTES);
    }
    return GatewayKeys.parse(Files.readAllBytes(path));
  }

  /**
   * Replaces the keys by what {@code change} makes of them; of none where there is no file.
   *
   * @throws UncheckedIOException the file cannot be read or written
   * @throws IllegalArgumentException it is none of keys
   */
  public void update(UnaryOperator<GatewayKeys> change) {
    try {
      // Through a link to where the file is: replacing the link would leave the file as it was.
      Path file = Files.exists(path) ? path.toRealPath() : path;
      Path directory = Objects.requireNonNull(file.getParent());
      Files.createDirectories(directory);
      Path lockFile = directory.resolve(file.getFileName() + ".lock");
      try (FileChannel channel =
              FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock lock = channel.lock()) {
        Objects.requireNonNull(lock);
        write(file, change.apply(current()).toJson());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private GatewayKeys current() throws IOException {
    try {
      return read();
    } catch (NoSuchFileException e) {
      return GatewayKeys.NONE;
    }
  }

  private static void write(Path file, byte[] content) throws IOException {
    Path directory = Objects.requireNonNull(file.getParent());
    Path unfinished =
        Files.createTempFile(
            directory,
            file.getFileName().toString(),
            ".new",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try {
      try (FileChannel channel = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
        for (ByteBuffer left = ByteBuffer.wrap(content); left.hasRemaining(); ) {
          channel.write(left);
        }
        channel.force(true);
      }
      if (Files.exists(file)) {
        keepAttributes(file, unfinished);
      }
      Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(unfinished);
    }
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true); // the rename itself
    }
  }

  // The gateway may run as another user, to whose group the file was given.
  private static void keepAttributes(Path from, Path to) throws IOException {
    PosixFileAttributes old = Files.readAttributes(from, PosixFileAttributes.class);
    PosixFileAttributeView view = Files.getFileAttributeView(to, PosixFileAttributeView.class);
    PosixFileAttributes own = view.readAttributes();
    if (!old.group().equals(own.group())) {
      view.setGroup(old.group());
    }
    if (!old.owner().equals(own.owner())) {
      view.setOwner(old.owner());
    }
    view.setPermissions(old.permissions());
  }
}
