package io.llmcost.client.journal;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads the frames of one file in order, many at a time from the page cache. */
final class FrameReader implements AutoCloseable {
  private static final int BUFFER_BYTES = 128 << 10;

  private final RandomAccessFile file;
  private final int maxRecordBytes;
  private byte[] buffer = new byte[BUFFER_BYTES];
  private long position;
  private int start;
  private int end;
  private long millis;

  FrameReader(Path path, int maxRecordBytes) throws IOException {
    file = new RandomAccessFile(path.toFile(), "r");
    this.maxRecordBytes = maxRecordBytes;
  }

  /** Returns where the next frame begins in the file. */
  long position() {
    return position;
  }

  /** Returns when the last record was appended. */
  long millis() {
    return millis;
  }

  /**
   * Returns the next record, or null where the file up to {@code limit} holds no more sound one: at
   * its end, at a torn tail, or at damage.
   */
  byte @Nullable [] next(long limit) throws IOException {
    if (!fill(Frame.HEADER_BYTES, limit)) {
      return null;
    }
    int length = Frame.recordLength(buffer, start);
    if (length <= 0
        || length > maxRecordBytes
        || !fill(Frame.HEADER_BYTES + length, limit)
        || !Frame.isSound(buffer, start, length)) {
      return null;
    }
    millis = Frame.millis(buffer, start);
    int from = start + Frame.HEADER_BYTES;
    byte[] record = Arrays.copyOfRange(buffer, from, from + length);
    start = from + length;
    position += Frame.HEADER_BYTES + length;
    return record;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  private boolean fill(int wanted, long limit) throws IOException {
    if (end - start >= wanted) {
      return true;
    }
    System.arraycopy(buffer, start, buffer, 0, end - start);
    end -= start;
    start = 0;
    if (buffer.length < wanted) {
      buffer = Arrays.copyOf(buffer, wanted);
    }
    while (end < wanted) {
      int room = (int) Math.min(buffer.length - end, limit - position - end);
      if (room <= 0) {
        return false;
      }
      file.seek(position + end);
      int read = file.read(buffer, end, room);
      if (read < 0) {
        return false;
      }
      end += read;
    }
    return true;
  }
}
