package io.llmcost.cli.emit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/** Cuts a stream into lines as bytes, never holding more of one than a limit. */
final class LineReader {
  private final InputStream in;
  private final int limit;
  private final byte[] buffer = new byte[1 << 16];
  private int from;
  private int to;
  private boolean ended;
  private byte[] line = {};
  private long length;

  LineReader(InputStream in, int limit) {
    this.in = in;
    this.limit = limit;
  }

  /** Reads on to the next line; false where there is none. A last one needs no line feed. */
  boolean next() throws IOException {
    if (ended) {
      return false;
    }
    ByteArrayOutputStream collected = new ByteArrayOutputStream(512);
    length = 0;
    while (true) {
      if (from == to && !fill()) {
        ended = true;
        line = collected.toByteArray();
        return length > 0;
      }
      int end = from;
      while (end < to && buffer[end] != '\n') {
        end++;
      }
      take(collected, end);
      if (end < to) {
        from = end + 1;
        line = collected.toByteArray();
        return true;
      }
      from = end;
    }
  }

  /** The line's bytes without its line feed, cut off at the limit. */
  byte[] line() {
    return line;
  }

  /** Of the whole line, in bytes. */
  long length() {
    return length;
  }

  private boolean fill() throws IOException {
    from = 0;
    to = Math.max(0, in.read(buffer));
    return to > 0;
  }

  private void take(ByteArrayOutputStream collected, int end) {
    length += end - from;
    collected.write(buffer, from, Math.min(end - from, limit - collected.size()));
  }
}
