package io.llmcost.recorder.store;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.postgresql.copy.CopyIn;

/**
 * Rows in PostgreSQL's binary COPY format, which spares the server the parsing of text: fields are
 * put one after the other, each with its length in front, -1 for null.
 */
final class CopyBuffer {

  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private static final byte[] HEADER = {
    'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0
  };

  private static final byte JSONB_VERSION = 1;

  /** Seconds from 1970 to 2000, which PostgreSQL counts from. */
  private static final long POSTGRES_EPOCH = 946_684_800L;

  private static final int NUMERIC_SCALE = 18;
  private static final long ONE = 1_000_000_000_000_000_000L;
  private static final BigInteger BIG_ONE = BigInteger.valueOf(ONE);
  private static final long GROUP = 10_000;
  private static final int MAX_GROUPS = 10;
  private static final int NEGATIVE = 0x4000;

  private final short[] groups = new short[MAX_GROUPS];
  private byte[] bytes = new byte[1 << 12];
  private int size;

  /** Begins anew; the memory is kept. */
  void clear() {
    size = 0;
  }

  int size() {
    return size;
  }

  byte[] toBytes() {
    return Arrays.copyOf(bytes, size);
  }

  /** Sends what is here to PostgreSQL, and begins anew. */
  void writeTo(CopyIn copy) throws SQLException {
    copy.writeToCopy(bytes, 0, size);
    size = 0;
  }

  void header() {
    raw(HEADER, HEADER.length);
  }

  void trailer() {
    putShort(-1);
  }

  /** Puts a row that was made before. */
  void row(byte[] row) {
    raw(row, row.length);
  }

  void startRow(int fields) {
    putShort(fields);
  }

  void uuid(@Nullable UUID value) {
    if (value == null) {
      nothing();
      return;
    }
    putInt(16);
    putLong(value.getMostSignificantBits());
    putLong(value.getLeastSignificantBits());
  }

  void int2(int value) {
    putInt(2);
    putShort(value);
  }

  void int4(int value) {
    putInt(4);
    putInt(value);
  }

  void int4(@Nullable Integer value) {
    if (value == null) {
      nothing();
    } else {
      int4(value.intValue());
    }
  }

  void int8(long value) {
    putInt(8);
    putLong(value);
  }

  void int8(@Nullable Long value) {
    if (value == null) {
      nothing();
    } else {
      int8(value.longValue());
    }
  }

  void bool(boolean value) {
    putInt(1);
    putByte(value ? 1 : 0);
  }

  void timestamptz(Instant value) {
    int8((value.getEpochSecond() - POSTGRES_EPOCH) * 1_000_000 + value.getNano() / 1_000);
  }

  void bytea(byte[] value) {
    putInt(value.length);
    raw(value, value.length);
  }

  void text(@Nullable String value) {
    if (value == null) {
      nothing();
      return;
    }
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    putInt(utf8.length);
    raw(utf8, utf8.length);
  }

  /** Puts the JSON text in the first {@code length} bytes of {@code utf8}. */
  void jsonb(byte[] utf8, int length) {
    putInt(length + 1);
    putByte(JSONB_VERSION);
    raw(utf8, length);
  }

  void nothing() {
    putInt(-1);
  }

  /** Puts a numeric(38,18): an amount of at most 10^18 at 18 places. */
  void numeric(@Nullable BigDecimal value) {
    if (value == null) {
      nothing();
      return;
    }
    BigInteger unscaled = value.setScale(NUMERIC_SCALE).unscaledValue().abs();
    long whole;
    long fraction;
    if (unscaled.bitLength() < Long.SIZE) {
      long compact = unscaled.longValue();
      whole = compact / ONE;
      fraction = compact % ONE;
    } else {
      BigInteger[] parts = unscaled.divideAndRemainder(BIG_ONE);
      whole = parts[0].longValueExact();
      fraction = parts[1].longValue();
    }
    numeric(value.signum() < 0, whole, fraction);
  }

  // PostgreSQL's own form: groups of four decimal digits, aligned to the point, without the zero
  // groups at either end; the first group's weight is its power of 10,000.
  private void numeric(boolean negative, long whole, long fraction) {
    int first = MAX_GROUPS - 5;
    for (long rest = whole; rest != 0; rest /= GROUP) {
      groups[--first] = (short) (rest % GROUP);
    }
    int point = MAX_GROUPS - 5;
    groups[point] = (short) (fraction / 100_000_000_000_000L);
    groups[point + 1] = (short) (fraction / 10_000_000_000L % GROUP);
    groups[point + 2] = (short) (fraction / 1_000_000L % GROUP);
    groups[point + 3] = (short) (fraction / 100L % GROUP);
    groups[point + 4] = (short) (fraction % 100L * 100L);
    int end = MAX_GROUPS;
    while (end > first && groups[end - 1] == 0) {
      end--;
    }
    while (first < end && groups[first] == 0) {
      first++;
    }
    int count = end - first;
    putInt(8 + 2 * count);
    putShort(count);
    putShort(count == 0 ? 0 : point - 1 - first);
    putShort(negative && count > 0 ? NEGATIVE : 0);
    putShort(NUMERIC_SCALE);
    for (int i = first; i < end; i++) {
      putShort(groups[i]);
    }
  }

  private void putByte(int value) {
    room(1);
    bytes[size++] = (byte) value;
  }

  private void putShort(int value) {
    room(2);
    SHORT.set(bytes, size, (short) value);
    size += 2;
  }

  private void putInt(int value) {
    room(4);
    INT.set(bytes, size, value);
    size += 4;
  }

  private void putLong(long value) {
    room(8);
    LONG.set(bytes, size, value);
    size += 8;
  }

  private void raw(byte[] source, int length) {
    room(length);
    System.arraycopy(source, 0, bytes, size, length);
    size += length;
  }

  private void room(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
    }
  }
}
