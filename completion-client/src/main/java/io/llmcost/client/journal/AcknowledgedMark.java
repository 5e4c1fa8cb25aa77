package io.llmcost.client.journal;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * Remembers on disk how many leading records of the oldest segment were acknowledged, so that a
 * restart does not send them again. Losing it costs duplicates, which are known by their event_id.
 */
final class AcknowledgedMark implements AutoCloseable {
  private static final int BYTES = 20;

  /** The mark, as last written. */
  record Mark(long firstSequence, int records) {
    static final Mark NONE = new Mark(-1, 0);
  }

  private final RandomAccessFile file;
  private Mark last;

  AcknowledgedMark(Path path) throws IOException {
    file = new RandomAccessFile(path.toFile(), "rw");
    last = read();
  }

  synchronized Mark last() {
    return last;
  }

  synchronized void write(Mark mark) throws IOException {
    if (mark.equals(last)) {
      return;
    }
    ByteBuffer bytes = ByteBuffer.allocate(BYTES);
    bytes.putLong(mark.firstSequence()).putInt(mark.records());
    bytes.putLong(crc(bytes.array()));
    file.seek(0);
    file.write(bytes.array());
    last = mark;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  private Mark read() throws IOException {
    if (file.length() != BYTES) {
      return Mark.NONE;
    }
    byte[] bytes = new byte[BYTES];
    file.readFully(bytes);
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    Mark mark = new Mark(buffer.getLong(), buffer.getInt());
    return buffer.getLong() == crc(bytes) ? mark : Mark.NONE;
  }

  private static long crc(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, BYTES - Long.BYTES);
    return crc.getValue();
  }
}
