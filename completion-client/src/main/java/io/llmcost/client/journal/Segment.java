package io.llmcost.client.journal;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** One file of the journal: appended to, then sealed, then gone when all of it was acknowledged. */
final class Segment {
  private static final String SUFFIX = ".segment";

  final Path path;
  final long firstSequence;

  /** End of the last whole record; what lies behind it is a failed write's. */
  volatile long written;

  /** Records before {@link #written}. */
  volatile int records;

  /** Records acknowledged; guarded by the journal's acknowledgements. */
  int acknowledged;

  /** Nothing is appended any more; guarded by the journal's acknowledgements. */
  boolean sealed;

  private final RandomAccessFile file;
  private boolean damaged;
  private boolean misplaced;
  private volatile long forced;

  private Segment(Path path, long firstSequence) throws IOException {
    this.path = path;
    this.firstSequence = firstSequence;
    file = new RandomAccessFile(path.toFile(), "rw");
  }

  static Segment create(Path directory, long firstSequence) throws IOException {
    Path path = directory.resolve("%020d%s".formatted(firstSequence, SUFFIX));
    return new Segment(path, firstSequence);
  }

  /** Opens what an earlier process left; its records are counted, a torn last one left out. */
  static Segment recover(Path path, int maxRecordBytes) throws IOException {
    String name = path.getFileName().toString();
    long first = Long.parseLong(name.substring(0, name.length() - SUFFIX.length()));
    Segment segment = new Segment(path, first);
    segment.sealed = true;
    int found = 0;
    try (FrameReader reader = new FrameReader(path, maxRecordBytes)) {
      while (reader.next(Long.MAX_VALUE) != null) {
        found++;
      }
      segment.records = found;
      segment.written = reader.position();
      segment.forced = segment.written;
    }
    // One record at most was being written when a process died; more than that is damage.
    segment.damaged = segment.unreadableBytes() > Frame.HEADER_BYTES + maxRecordBytes;
    return segment;
  }

  static boolean isSegment(Path path) {
    return path.getFileName().toString().matches("\\d{20}\\" + SUFFIX);
  }

  long unreadableBytes() throws IOException {
    return file.length() - written;
  }

  boolean isDamaged() {
    return damaged;
  }

  // Written with a plain file, since an interrupt would close a channel for everybody.
  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread appends at a time
  void append(byte[] frame, int length) throws IOException {
    try {
      if (misplaced) {
        file.seek(written);
        misplaced = false;
      }
      file.write(frame, 0, length);
    } catch (IOException e) {
      misplaced = true;
      cutBack(e);
      throw e;
    }
    // In this order: whoever sees the record counted finds its bytes within the limit.
    written = written + length;
    records = records + 1;
  }

  /** Puts everything written so far on the device; callers that wait together share one force. */
  void force(long upTo) throws IOException {
    if (forced >= upTo) {
      return;
    }
    synchronized (file) {
      if (forced < upTo) {
        long covered = written;
        file.getFD().sync();
        forced = covered;
      }
    }
  }

  /** Ends the file's life; one that was damaged is kept aside. */
  void remove() throws IOException {
    file.close();
    if (damaged) {
      Path aside = path.resolveSibling(path.getFileName() + ".damaged");
      Files.move(path, aside, StandardCopyOption.REPLACE_EXISTING);
    } else {
      Files.deleteIfExists(path);
    }
  }

  void close() throws IOException {
    file.close();
  }

  private void cutBack(IOException cause) {
    try {
      file.setLength(written);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }
}
