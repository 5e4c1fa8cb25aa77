package io.llmcost.client.journal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * How a record lies in a file: its length (4 bytes), the CRC-32C of all that follows (4), when it
 * was appended (8, milliseconds since 1970), and the record; big-endian.
 */
final class Frame {
  static final int HEADER_BYTES = 16;

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final int CRC_AT = 4;
  private static final int MILLIS_AT = 8;

  private Frame() {}

  /** Writes the header of the record that lies behind it in {@code frame}. */
  static void seal(byte[] frame, int recordLength, long millis) {
    INT.set(frame, 0, recordLength);
    LONG.set(frame, MILLIS_AT, millis);
    INT.set(frame, CRC_AT, crc(frame, 0, recordLength));
  }

  static int recordLength(byte[] bytes, int at) {
    return (int) INT.get(bytes, at);
  }

  static long millis(byte[] bytes, int at) {
    return (long) LONG.get(bytes, at + MILLIS_AT);
  }

  /** Returns whether the bytes of the frame at {@code at} are those that were written. */
  static boolean isSound(byte[] bytes, int at, int recordLength) {
    return (int) INT.get(bytes, at + CRC_AT) == crc(bytes, at, recordLength);
  }

  private static int crc(byte[] bytes, int at, int recordLength) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, at + MILLIS_AT, HEADER_BYTES - MILLIS_AT + recordLength);
    return (int) crc.getValue();
  }
}
