package io.llmcost.gateway;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A provider over plain sockets, so that a test decides about every byte, when it is sent, and how
 * the connection ends.
 */
final class ProviderServer implements AutoCloseable {

  /** A request as it arrived. */
  record Request(String line, Map<String, String> headers, String body) {
    String path() {
      return line.split(" ")[1];
    }
  }

  /** What is done with a request; the connection stays open unless the script closes it. */
  interface Script {
    void answer(Request request, Wire wire) throws IOException, InterruptedException;
  }

  /** The connection, for the script to write to. */
  static final class Wire {
    private final Socket socket;
    private final OutputStream out;

    Wire(Socket socket) throws IOException {
      this.socket = socket;
      this.out = socket.getOutputStream();
    }

    Wire send(String text) throws IOException {
      return send(text.getBytes(StandardCharsets.UTF_8));
    }

    Wire send(byte[] bytes) throws IOException {
      out.write(bytes);
      out.flush();
      return this;
    }

    /** A whole answer with its length. */
    void json(int status, String body) throws IOException {
      send(
          "HTTP/1.1 "
              + status
              + " Any\r\nContent-Type: application/json\r\nx-provider: yes\r\nContent-Length: "
              + body.getBytes(StandardCharsets.UTF_8).length
              + "\r\n\r\n"
              + body);
    }

    Wire streamHead() throws IOException {
      return send(
          RawCaller.head(
              "HTTP/1.1 200 OK", "Content-Type: text/event-stream", "Transfer-Encoding: chunked"));
    }

    Wire chunk(String text) throws IOException {
      return chunk(text.getBytes(StandardCharsets.UTF_8));
    }

    Wire chunk(byte[] bytes) throws IOException {
      send(Integer.toHexString(bytes.length) + "\r\n");
      send(bytes);
      return send("\r\n");
    }

    void lastChunk() throws IOException {
      send("0\r\n\r\n");
    }

    void close() throws IOException {
      socket.close();
    }

    void reset() throws IOException {
      socket.setSoLinger(true, 0);
      socket.close();
    }
  }

  private final ServerSocket listening;
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final List<Socket> connections = new CopyOnWriteArrayList<>();
  private volatile Script script = (request, wire) -> wire.json(200, "{}");

  ProviderServer() {
    try {
      listening = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return listening.getLocalPort();
  }

  String url() {
    return "http://127.0.0.1:" + port();
  }

  void answers(Script next) {
    script = next;
  }

  /** Has connections made from now on take in little, so that a sender notices soon. */
  void takesLittle() throws IOException {
    listening.setReceiveBufferSize(16 * 1024);
  }

  List<Request> requests() {
    return requests;
  }

  int connections() {
    return connections.size();
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = listening.accept();
        connections.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      }
    } catch (IOException e) {
      // closed
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      Wire wire = new Wire(socket);
      InputStream in = new BufferedInputStream(socket.getInputStream(), 64 * 1024);
      for (Request next = read(in); next != null; next = read(in)) {
        requests.add(next);
        script.answer(next, wire);
        if (socket.isClosed()) {
          return;
        }
      }
    } catch (IOException e) {
      // the gateway left
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static @Nullable Request read(InputStream in) throws IOException {
    String line = line(in);
    if (line == null) {
      return null;
    }
    Map<String, String> headers = new TreeMap<>();
    for (String header = line(in); header != null && !header.isEmpty(); header = line(in)) {
      int colon = header.indexOf(':');
      headers.merge(
          header.substring(0, colon).toLowerCase(Locale.ROOT),
          header.substring(colon + 1).strip(),
          (a, b) -> a + ", " + b);
    }
    return new Request(line, headers, body(in, headers));
  }

  private static String body(InputStream in, Map<String, String> headers) throws IOException {
    if (!headers.getOrDefault("transfer-encoding", "").equals("chunked")) {
      int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
      return new String(exactly(in, length), StandardCharsets.UTF_8);
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    while (true) {
      int length = Integer.parseInt(required(line(in)), 16);
      if (length > 0) {
        all.write(exactly(in, length));
      }
      line(in);
      if (length == 0) {
        return all.toString(StandardCharsets.UTF_8);
      }
    }
  }

  private static String required(@Nullable String line) throws EOFException {
    if (line == null) {
      throw new EOFException();
    }
    return line;
  }

  private static byte[] exactly(InputStream in, int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException();
    }
    return bytes;
  }

  private static @Nullable String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        return null;
      }
      if (b != '\r') {
        line.write(b);
      }
    }
    return line.toString(StandardCharsets.UTF_8);
  }

  /** Closes the connections that are open, as a provider does with idle ones. */
  void closeConnections() throws IOException {
    for (Socket socket : connections) {
      socket.close();
    }
  }

  @Override
  public void close() {
    try {
      listening.close();
      closeConnections();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
