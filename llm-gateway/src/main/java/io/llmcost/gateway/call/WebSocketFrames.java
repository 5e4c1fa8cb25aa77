package io.llmcost.gateway.call;

/**
 * Finds the messages in one direction of a WebSocket connection (RFC 6455), cut anywhere, keeping
 * none of it. Control frames are passed over; a compressed message is told as one without a byte.
 */
final class WebSocketFrames {

  /** Takes what a connection carries. */
  interface Messages {
    /** A piece of the current message; may be written to. */
    void data(byte[] bytes, int offset, int length);

    void endOfMessage();
  }

  private static final int MAX_HEAD = 14;
  private static final int FIN = 0x80;
  private static final int COMPRESSED = 0x40;
  private static final int CONTROL = 0x08;
  private static final int MASKED = 0x80;

  private final Messages messages;
  private final byte[] head = new byte[MAX_HEAD];
  private int headLength;
  private int headWanted = 2;
  private long payloadLeft;
  private boolean inPayload;
  private boolean control;
  private boolean compressed;
  private int maskAt;

  WebSocketFrames(Messages messages) {
    this.messages = messages;
  }

  /** Takes bytes; those of a masked frame are unmasked in place. */
  void accept(byte[] bytes, int length) {
    int i = 0;
    while (i < length) {
      i = inPayload ? payload(bytes, i, length) : head(bytes, i);
    }
  }

  private int head(byte[] bytes, int i) {
    head[headLength++] = bytes[i];
    if (headLength == 2) {
      int kind = head[1] & 0x7f;
      int more = kind == 126 ? 2 : kind == 127 ? 8 : 0;
      headWanted = 2 + more + (isMasked() ? 4 : 0);
    }
    if (headLength == headWanted) {
      beginPayload();
    }
    return i + 1;
  }

  private boolean isMasked() {
    return (head[1] & MASKED) != 0;
  }

  private void beginPayload() {
    int kind = head[1] & 0x7f;
    int bytes = kind == 126 ? 2 : kind == 127 ? 8 : 0;
    long length = bytes == 0 ? kind : 0;
    for (int i = 0; i < bytes; i++) {
      length = length << 8 | (head[2 + i] & 0xff);
    }
    int opcode = head[0] & 0x0f;
    control = (opcode & CONTROL) != 0;
    if (!control && opcode != 0) {
      compressed = (head[0] & COMPRESSED) != 0;
    }
    payloadLeft = length < 0 ? Long.MAX_VALUE : length;
    maskAt = 0;
    inPayload = true;
    if (payloadLeft == 0) {
      endOfFrame();
    }
  }

  private int payload(byte[] bytes, int from, int to) {
    int length = (int) Math.min(payloadLeft, to - from);
    if (!control && !compressed) {
      unmask(bytes, from, length);
      messages.data(bytes, from, length);
    }
    payloadLeft -= length;
    if (payloadLeft == 0) {
      endOfFrame();
    }
    return from + length;
  }

  private void unmask(byte[] bytes, int from, int length) {
    if (!isMasked()) {
      return;
    }
    int mask = headWanted - 4;
    for (int i = from; i < from + length; i++) {
      bytes[i] ^= head[mask + (maskAt++ & 3)];
    }
  }

  private void endOfFrame() {
    boolean last = (head[0] & FIN) != 0;
    inPayload = false;
    headLength = 0;
    headWanted = 2;
    if (last && !control) {
      messages.endOfMessage();
    }
  }
}
