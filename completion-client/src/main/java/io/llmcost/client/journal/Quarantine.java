package io.llmcost.client.journal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Records that Kafka will never take, each with the reason, in a file of the journal's frames. They
 * block nothing and are kept until an operator removes the file.
 */
final class Quarantine implements AutoCloseable {
  /** Beyond this, refused records stay in the journal itself. */
  static final long MAX_BYTES = 64L << 20;

  private static final int MAX_REASON_CHARS = 1_000;
  private static final int MAX_REASON_BYTES = 2 + 3 * MAX_REASON_CHARS;

  private final Path path;
  private final int maxRecordBytes;
  private final RandomAccessFile file;
  private long written;
  private volatile long records;

  Quarantine(Path path, int maxRecordBytes) throws IOException {
    this.path = path;
    this.maxRecordBytes = maxRecordBytes + MAX_REASON_BYTES;
    file = new RandomAccessFile(path.toFile(), "rw");
    long found = 0;
    try (FrameReader reader = new FrameReader(path, this.maxRecordBytes)) {
      while (reader.next(Long.MAX_VALUE) != null) {
        found++;
      }
      records = found;
      written = reader.position();
    }
    file.setLength(written);
  }

  long records() {
    return records;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // within the lock
  synchronized void add(byte[] record, String reason, long nowMillis) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(Frame.HEADER_BYTES + record.length);
    bytes.write(new byte[Frame.HEADER_BYTES]);
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeUTF(reason.substring(0, Math.min(MAX_REASON_CHARS, reason.length())));
    out.write(record);
    byte[] frame = bytes.toByteArray();
    if (written + frame.length > MAX_BYTES) {
      throw new IOException(path + " is full: " + written + " bytes");
    }
    Frame.seal(frame, frame.length - Frame.HEADER_BYTES, nowMillis);
    file.seek(written);
    file.write(frame);
    file.getFD().sync();
    written += frame.length;
    records = records + 1;
  }

  /** Returns what is in there, oldest first. */
  synchronized List<QuarantinedRecord> read() throws IOException {
    List<QuarantinedRecord> all = new ArrayList<>();
    if (!Files.exists(path)) {
      return all;
    }
    try (FrameReader reader = new FrameReader(path, maxRecordBytes)) {
      for (byte[] frame = reader.next(written); frame != null; frame = reader.next(written)) {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(frame));
        String reason = in.readUTF();
        all.add(new QuarantinedRecord(reason, ByteBuffer.wrap(in.readAllBytes())));
      }
    }
    return all;
  }

  @Override
  public synchronized void close() throws IOException {
    file.close();
  }
}
