package io.llmcost.cli.simulator;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** The server's side of a WebSocket, text messages only (RFC 6455). */
final class WebSocketServer {
  private static final String MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final int TEXT = 1;
  private static final int CLOSE = 8;
  private static final int PING = 9;
  private static final int PONG = 10;
  private static final int MAX_MESSAGE = 16 << 20;

  private final InputStream in;
  private final OutputStream out;

  WebSocketServer(InputStream in, OutputStream out) {
    this.in = in;
    this.out = out;
  }

  static String accept(String key) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-1")
              .digest((key + MAGIC).getBytes(StandardCharsets.ISO_8859_1));
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns the caller's next message; null once it closes. */
  @Nullable String receive() throws IOException {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    while (true) {
      int first = in.read();
      if (first < 0) {
        return null;
      }
      byte[] payload = payload();
      switch (first & 0x0f) {
        case CLOSE -> {
          frame(CLOSE, payload);
          return null;
        }
        case PING -> frame(PONG, payload);
        case PONG -> {}
        default -> {
          message.write(payload);
          if ((first & 0x80) != 0) {
            return message.toString(StandardCharsets.UTF_8);
          }
        }
      }
    }
  }

  private byte[] payload() throws IOException {
    int second = octet();
    long length = second & 0x7f;
    if (length == 126) {
      length = number(2);
    } else if (length == 127) {
      length = number(8);
    }
    if ((second & 0x80) == 0 || length < 0 || length > MAX_MESSAGE) {
      throw new IOException("no frame of a client");
    }
    byte[] mask = in.readNBytes(4);
    byte[] payload = in.readNBytes((int) length);
    if (mask.length < 4 || payload.length < length) {
      throw new EOFException();
    }
    for (int i = 0; i < payload.length; i++) {
      payload[i] ^= mask[i & 3];
    }
    return payload;
  }

  private long number(int octets) throws IOException {
    long number = 0;
    for (int i = 0; i < octets; i++) {
      number = number << 8 | octet();
    }
    return number;
  }

  private int octet() throws IOException {
    int octet = in.read();
    if (octet < 0) {
      throw new EOFException();
    }
    return octet;
  }

  void send(String text) throws IOException {
    frame(TEXT, text.getBytes(StandardCharsets.UTF_8));
  }

  private void frame(int kind, byte[] payload) throws IOException {
    out.write(0x80 | kind);
    if (payload.length < 126) {
      out.write(payload.length);
    } else if (payload.length < 1 << 16) {
      out.write(126);
      out.write(payload.length >> 8);
      out.write(payload.length);
    } else {
      out.write(127);
      for (int shift = 56; shift >= 0; shift -= 8) {
        out.write((int) ((long) payload.length >> shift));
      }
    }
    out.write(payload);
    out.flush();
  }
}
