package io.llmcost.chassis.lastresort;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bytes that are kept until they are taken, in one append-only file under a lock of its own. A
 * frame is length (4 bytes), CRC-32C of the rest (4), kind (1), and what it holds: a letter, or the
 * place of a letter that was taken since. The file is emptied when nothing waits in it, and
 * rewritten without what was taken when it is opened or would be full.
 */
final class LetterFile implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LetterFile.class);
  private static final int HEADER = 9;
  private static final byte LETTER = 1;
  private static final byte TAKEN = 2;
  private static final int LARGEST = 1 << 30;

  private final Path path;
  private final long maxBytes;
  private final FileChannel lock;
  private FileChannel file;
  private long end;

  /** Where each letter that waits begins, and how long it is; oldest first. */
  private final Map<Long, Integer> waiting = new LinkedHashMap<>();

  private LetterFile(Path path, long maxBytes, FileChannel lock) throws IOException {
    this.path = path;
    this.maxBytes = maxBytes;
    this.lock = lock;
    this.file = open(path);
    read();
    if (waiting.isEmpty()) {
      clear();
    }
    Files.deleteIfExists(path.resolveSibling("letters.new"));
  }

  /**
   * Opens the file of {@code directory}, which is made where it is missing.
   *
   * @throws IOException if it cannot be used, or another process has it
   */
  static LetterFile open(Path directory, long maxBytes) throws IOException {
    Files.createDirectories(directory);
    FileChannel lock =
        FileChannel.open(
            directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock held = lock.tryLock();
      if (held == null) {
        throw new IOException("another process has " + directory);
      }
      return new LetterFile(directory.resolve("letters"), maxBytes, lock);
    } catch (OverlappingFileLockException e) {
      lock.close();
      throw new IOException("this process has " + directory + " already", e);
    } catch (IOException e) {
      lock.close();
      throw e;
    }
  }

  int size() {
    return waiting.size();
  }

  /** Returns the place of the one that waits longest; null where none does. */
  @Nullable Long oldest() {
    return waiting.isEmpty() ? null : waiting.keySet().iterator().next();
  }

  /** Returns the places of what waits, oldest first, as of now. */
  List<Long> places() {
    return List.copyOf(waiting.keySet());
  }

  /**
   * Appends {@code letters}: all of them are on the disk when this returns, and none of them counts
   * where it throws.
   */
  void append(Collection<byte[]> letters) throws IOException {
    long bytes = letters.stream().mapToLong(letter -> HEADER + letter.length).sum();
    if (end + bytes > maxBytes) {
      compact();
    }
    if (end + bytes > maxBytes) {
      throw new IOException(
          "%s is full: %d bytes of %d for %d letters".formatted(path, end, maxBytes, size()));
    }
    long begin = end;
    Map<Long, Integer> added = new LinkedHashMap<>();
    try {
      for (byte[] letter : letters) {
        added.put(end, letter.length);
        end = write(file, end, LETTER, letter);
      }
      file.force(true);
    } catch (IOException e) {
      cutBackTo(begin);
      throw e;
    }
    waiting.putAll(added);
  }

  byte[] read(long place) throws IOException {
    Integer length = waiting.get(place);
    if (length == null) {
      throw new IOException("no letter waits at " + place + " of " + path);
    }
    byte[] frame = frame(place);
    if (frame == null || frame.length != length + 1 || frame[0] != LETTER) {
      throw new IOException(path + " is damaged at " + place);
    }
    return Arrays.copyOfRange(frame, 1, frame.length);
  }

  /**
   * Lets go of the letter at {@code place}. A crash may forget that, and the letter waits again.
   */
  void taken(long place) throws IOException {
    if (waiting.size() == 1 && waiting.containsKey(place)) {
      clear();
      return;
    }
    long begin = end;
    try {
      end = write(file, end, TAKEN, ByteBuffer.allocate(Long.BYTES).putLong(place).array());
    } catch (IOException e) {
      cutBackTo(begin);
      throw e;
    }
    waiting.remove(place);
  }

  private void clear() throws IOException {
    file.truncate(0);
    file.force(true);
    waiting.clear();
    end = 0;
  }

  private void read() throws IOException {
    long place = 0;
    for (byte[] frame = frame(place); frame != null; frame = frame(place)) {
      if (frame[0] == LETTER) {
        waiting.put(place, frame.length - 1);
      } else {
        waiting.remove(ByteBuffer.wrap(frame, 1, Long.BYTES).getLong());
      }
      place += HEADER - 1 + frame.length;
    }
    end = place;
    if (file.size() > end) {
      setAside(file.size() - end);
    }
  }

  // What a crash left half written was never counted. Should it be damage, it can still be looked
  // at.
  private void setAside(long bytes) throws IOException {
    Path aside = path.resolveSibling("torn-" + System.currentTimeMillis());
    try (FileChannel out =
        FileChannel.open(aside, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      file.transferTo(end, bytes, out);
    }
    log.warn("{} ends in {} bytes that are no whole letter; they are now {}", path, bytes, aside);
    file.truncate(end);
    file.force(true);
  }

  private byte @Nullable [] frame(long place) throws IOException {
    ByteBuffer header = ByteBuffer.allocate(Integer.BYTES * 2);
    if (!fill(header, place)) {
      return null;
    }
    int length = header.getInt(0);
    if (length < 1 || length > LARGEST || place + header.capacity() + length > file.size()) {
      return null;
    }
    ByteBuffer frame = ByteBuffer.allocate(length);
    return fill(frame, place + header.capacity()) && crc(frame.array()) == header.getInt(4)
        ? frame.array()
        : null;
  }

  private boolean fill(ByteBuffer buffer, long place) throws IOException {
    long at = place;
    while (buffer.hasRemaining()) {
      int read = file.read(buffer, at);
      if (read < 0) {
        return false;
      }
      at += read;
    }
    return true;
  }

  /** Returns where the frame ends that was written to {@code place}. */
  private static long write(FileChannel to, long place, byte kind, byte[] content)
      throws IOException {
    ByteBuffer frame = ByteBuffer.allocate(HEADER + content.length);
    frame.position(HEADER - 1).put(kind).put(content);
    CRC32C crc = new CRC32C();
    crc.update(frame.array(), HEADER - 1, 1 + content.length);
    frame.putInt(0, 1 + content.length).putInt(Integer.BYTES, (int) crc.getValue()).rewind();
    long at = place;
    while (frame.hasRemaining()) {
      at += to.write(frame, at);
    }
    return at;
  }

  private static int crc(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  /** Writes what waits into a new file, and puts that in the place of the old one. */
  private void compact() throws IOException {
    Path other = path.resolveSibling("letters.new");
    Files.deleteIfExists(other);
    Map<Long, Integer> kept = new LinkedHashMap<>();
    FileChannel fresh = open(other);
    long freshEnd = 0;
    try {
      for (long place : places()) {
        byte[] letter = read(place);
        kept.put(freshEnd, letter.length);
        freshEnd = write(fresh, freshEnd, LETTER, letter);
      }
      fresh.force(true);
      Files.move(other, path, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      fresh.close();
      throw e;
    }
    file.close();
    file = fresh;
    end = freshEnd;
    waiting.clear();
    waiting.putAll(kept);
  }

  private void cutBackTo(long place) {
    end = place;
    try {
      file.truncate(end);
    } catch (IOException e) {
      // What lies behind the end is written over, or at the next start set aside.
      log.warn("{} cannot be cut back to {}", path, end, e);
    }
  }

  private static FileChannel open(Path path) throws IOException {
    return FileChannel.open(
        path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  @Override
  public void close() throws IOException {
    try (lock) {
      file.close();
    }
  }
}
