package io.llmcost.recorder.store;

import io.llmcost.schemas.CostLine;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The JSON of an entry's columns, written straight into UTF-8 bytes: a few of these a row are most
 * of what a row costs this process. Decimals are strings without trailing zeros.
 */
final class JsonText {
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final long[] POWERS = powers();

  private byte[] bytes = new byte[4096];
  private int size;

  byte[] bytes() {
    return bytes;
  }

  int size() {
    return size;
  }

  @Override
  public String toString() {
    return new String(bytes, 0, size, StandardCharsets.UTF_8);
  }

  JsonText object(Map<String, String> entries) {
    size = 0;
    put('{');
    entries.forEach(
        (name, value) -> {
          name(name);
          string(value);
        });
    put('}');
    return this;
  }

  JsonText lines(List<CostLine> lines) {
    size = 0;
    put('[');
    for (CostLine line : lines) {
      if (bytes[size - 1] == '}') {
        put(',');
      }
      line(line);
    }
    put(']');
    return this;
  }

  private void line(CostLine line) {
    put('{');
    name("meter");
    string(line.getMeter());
    name("quantity");
    decimal(line.getQuantity());
    if (line.getModel() != null) {
      name("model");
      string(line.getModel());
    }
    name("status");
    string(line.getStatus());
    if (line.getUnitPrice() != null) {
      name("unit_price");
      decimal(line.getUnitPrice());
    }
    if (line.getUnit() != null) {
      name("unit");
      ascii(Long.toString(line.getUnit()));
    }
    name("amount");
    decimal(line.getAmount());
    if (line.getPriceId() != null) {
      name("price_id");
      string(line.getPriceId());
    }
    if (line.getRateSubstituted()) {
      name("rate_substituted");
      ascii("true");
    }
    put('}');
  }

  private void name(String name) {
    if (bytes[size - 1] != '{') {
      put(',');
    }
    string(name);
    put(':');
  }

  private void string(String value) {
    put('"');
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    room(utf8.length * 6);
    for (byte b : utf8) {
      if (b == '"' || b == '\\') {
        bytes[size++] = '\\';
        bytes[size++] = b;
      } else if (b >= 0 && b < ' ') {
        ascii("\\u00");
        bytes[size++] = HEX[b >> 4];
        bytes[size++] = HEX[b & 15];
      } else {
        bytes[size++] = b;
      }
    }
    put('"');
  }

  private void decimal(BigDecimal value) {
    put('"');
    BigInteger unscaled = value.unscaledValue();
    int scale = value.scale();
    if (unscaled.bitLength() < Long.SIZE - 1 && scale >= 0 && scale < POWERS.length) {
      decimal(unscaled.longValue(), scale);
    } else {
      ascii(value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString());
    }
    put('"');
  }

  private void decimal(long unscaled, int scale) {
    if (unscaled < 0) {
      put('-');
    }
    long absolute = Math.abs(unscaled);
    ascii(Long.toString(absolute / POWERS[scale]));
    long fraction = absolute % POWERS[scale];
    if (fraction == 0) {
      return;
    }
    put('.');
    room(scale);
    int digit = scale;
    while (fraction != 0) {
      digit--;
      bytes[size++] = (byte) ('0' + fraction / POWERS[digit]);
      fraction %= POWERS[digit];
    }
  }

  private void ascii(String text) {
    byte[] plain = text.getBytes(StandardCharsets.US_ASCII);
    room(plain.length);
    System.arraycopy(plain, 0, bytes, size, plain.length);
    size += plain.length;
  }

  private void put(char c) {
    room(1);
    bytes[size++] = (byte) c;
  }

  private void room(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
    }
  }

  private static long[] powers() {
    long[] powers = new long[19];
    powers[0] = 1;
    for (int i = 1; i < powers.length; i++) {
      powers[i] = powers[i - 1] * 10;
    }
    return powers;
  }
}
