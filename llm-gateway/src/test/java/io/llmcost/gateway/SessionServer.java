package io.llmcost.gateway;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A provider of WebSocket sessions over plain sockets; its script gets each message of a caller.
 */
final class SessionServer implements AutoCloseable {

  /** What is done with a caller's message; the first call, at the session's start, has none. */
  interface Script {
    void heard(String message, Session session) throws IOException, InterruptedException;
  }

  /** One session, to write to. */
  static final class Session {
    private final Socket socket;

    Session(Socket socket) {
      this.socket = socket;
    }

    /** Sends a message in frames of at most {@code frameBytes}. */
    void send(String message, boolean text, int frameBytes) throws IOException {
      byte[] all = message.getBytes(StandardCharsets.UTF_8);
      for (int at = 0; at < all.length; at += frameBytes) {
        int length = Math.min(frameBytes, all.length - at);
        boolean last = at + length == all.length;
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write((last ? 0x80 : 0) | (at > 0 ? 0 : text ? 1 : 2));
        if (length < 126) {
          frame.write(length);
        } else {
          frame.write(126);
          frame.write(length >> 8);
          frame.write(length);
        }
        frame.write(all, at, length);
        write(frame.toByteArray());
      }
    }

    void send(String message) throws IOException {
      send(message, true, 65_000);
    }

    void write(byte[] bytes) throws IOException {
      socket.getOutputStream().write(bytes);
      socket.getOutputStream().flush();
    }

    void close() throws IOException {
      socket.close();
    }
  }

  private final ServerSocket listening;
  private final List<String> heads = new CopyOnWriteArrayList<>();
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private volatile Script script = (message, session) -> {};

  SessionServer() {
    try {
      listening = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::accept);
  }

  String url() {
    return "http://127.0.0.1:" + listening.getLocalPort();
  }

  void script(Script next) {
    script = next;
  }

  /** The heads of the requests, names in lower case. */
  List<String> heads() {
    return heads;
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = listening.accept();
        sockets.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      }
    } catch (IOException e) {
      // closed
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      DataInputStream in = new DataInputStream(socket.getInputStream());
      ByteArrayOutputStream head = new ByteArrayOutputStream();
      while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
        head.write(in.readByte());
      }
      String text = head.toString(StandardCharsets.ISO_8859_1);
      heads.add(text);
      String key = text.replaceAll("(?is).*sec-websocket-key: *([^\r]*)\r.*", "$1");
      Session session = new Session(socket);
      session.write(
          RawCaller.head(
                  "HTTP/1.1 101 Switching Protocols",
                  "Upgrade: websocket",
                  "Connection: Upgrade",
                  "x-provider: yes",
                  "Sec-WebSocket-Accept: " + acceptOf(key))
              .getBytes(StandardCharsets.ISO_8859_1));
      script.heard("", session);
      for (String message = read(in); !message.isEmpty(); message = read(in)) {
        script.heard(message, session);
      }
    } catch (IOException e) {
      // the gateway left
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Reads the next message, whose frame is whole; a close frame reads as nothing. */
  private static String read(DataInputStream in) throws IOException {
    while (true) {
      int opcode = in.readByte() & 0x0f;
      int length = in.readByte() & 0x7f;
      length = length == 126 ? in.readUnsignedShort() : length;
      byte[] mask = in.readNBytes(4);
      byte[] payload = in.readNBytes(length);
      for (int i = 0; i < payload.length; i++) {
        payload[i] ^= mask[i % 4];
      }
      if (opcode == 8) {
        return "";
      }
      if (opcode < 8) { // else an answer to a ping
        return new String(payload, StandardCharsets.UTF_8);
      }
    }
  }

  private static String acceptOf(String key) {
    try {
      byte[] joined =
          (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII);
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-1").digest(joined));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static String lower(String head) {
    return head.toLowerCase(Locale.ROOT);
  }

  @Override
  public void close() {
    try {
      listening.close();
      for (Socket socket : sockets) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
