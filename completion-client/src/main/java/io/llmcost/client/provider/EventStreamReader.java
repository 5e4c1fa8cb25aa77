package io.llmcost.client.provider;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Splits AWS's binary event-stream ({@code application/vnd.amazon.eventstream}) into its messages,
 * cut anywhere: a prelude of two lengths and a checksum, headers, a payload, a checksum. Checksums
 * are left to the caller, who gets every byte as it was; what cannot be a message ends the reading.
 */
final class EventStreamReader {
  private static final int PRELUDE = 12;
  private static final int CHECKSUM = 4;
  private static final int MAX_HEADERS = 128 << 10;
  private static final int MAX_MESSAGE = 32 << 20;
  private static final int STRING = 7;

  /** Bytes of a header's value by its type; two types tell their length themselves. */
  private static final int[] VALUE_BYTES = {0, 0, 1, 2, 4, 8, -1, -1, 8, 16};

  /** Takes what a stream holds. */
  interface Messages {
    /** A piece of the current message's payload. */
    void payload(byte[] bytes, int from, int to);

    /**
     * The end of a message.
     *
     * @param exception the type of the failure that it tells of, or null
     */
    void endOfMessage(@Nullable String exception);
  }

  private enum State {
    PRELUDE,
    HEADERS,
    PAYLOAD,
    CHECKSUM,
    BROKEN
  }

  private final Messages messages;
  private State state = State.PRELUDE;
  private byte[] held = new byte[256];
  private int heldLength;
  private int wanted = PRELUDE;
  private int payloadLength;
  private @Nullable String exception;

  EventStreamReader(Messages messages) {
    this.messages = messages;
  }

  void accept(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to && state != State.BROKEN) {
      int length = Math.min(wanted, to - i);
      if (state == State.PAYLOAD) {
        messages.payload(bytes, i, i + length);
      } else {
        hold(bytes, i, length);
      }
      i += length;
      wanted -= length;
      if (wanted == 0) {
        next();
      }
    }
  }

  private void hold(byte[] bytes, int from, int length) {
    if (heldLength + length > held.length) {
      held = Arrays.copyOf(held, Math.max(held.length * 2, heldLength + length));
    }
    System.arraycopy(bytes, from, held, heldLength, length);
    heldLength += length;
  }

  /** What was wanted is here; goes on to the next part that has any bytes. */
  private void next() {
    do {
      switch (state) {
        case PRELUDE -> prelude();
        case HEADERS -> {
          exception = exceptionIn(heldLength);
          expect(State.PAYLOAD, payloadLength);
        }
        case PAYLOAD -> expect(State.CHECKSUM, CHECKSUM);
        case CHECKSUM -> {
          messages.endOfMessage(exception);
          expect(State.PRELUDE, PRELUDE);
        }
        case BROKEN -> {
          return;
        }
      }
    } while (wanted == 0);
  }

  private void expect(State next, int bytes) {
    state = next;
    wanted = bytes;
    heldLength = 0;
  }

  private void prelude() {
    int total = number(0);
    int headers = number(4);
    payloadLength = total - headers - PRELUDE - CHECKSUM;
    boolean sane = total >= 0 && total <= MAX_MESSAGE && headers >= 0 && headers <= MAX_HEADERS;
    if (sane && payloadLength >= 0) {
      expect(State.HEADERS, headers);
    } else {
      expect(State.BROKEN, 1);
    }
  }

  private int number(int at) {
    return (held[at] & 0xff) << 24
        | (held[at + 1] & 0xff) << 16
        | (held[at + 2] & 0xff) << 8
        | (held[at + 3] & 0xff);
  }

  private @Nullable String exceptionIn(int length) {
    String type = null;
    boolean failure = false;
    int i = 0;
    while (i < length) {
      int nameEnd = i + 1 + (held[i] & 0xff);
      if (nameEnd >= length) {
        return null;
      }
      String name = new String(held, i + 1, nameEnd - i - 1, StandardCharsets.UTF_8);
      int kind = held[nameEnd];
      int valueStart = nameEnd + 1;
      int valueLength = kind < 0 || kind >= VALUE_BYTES.length ? length : VALUE_BYTES[kind];
      if (valueLength < 0 && valueStart + 2 <= length) {
        valueLength = (held[valueStart] & 0xff) << 8 | (held[valueStart + 1] & 0xff);
        valueStart += 2;
      }
      if (valueLength < 0 || valueStart + valueLength > length) {
        return null;
      }
      if (kind == STRING) {
        String value = new String(held, valueStart, valueLength, StandardCharsets.UTF_8);
        failure |= name.equals(":message-type") && !value.equals("event");
        type = name.equals(":exception-type") || name.equals(":error-code") ? value : type;
      }
      i = valueStart + valueLength;
    }
    return failure ? (type == null ? "exception" : type) : null;
  }
}
