package io.llmcost.cli.simulator;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One request as it came over a connection, and the way to answer it: once. */
final class HttpCall {
  private static final int MAX_LINE = 64 << 10;
  private static final int MAX_BODY = 128 << 20;
  private static final byte[] NOTHING = {};

  private final String method;
  private final String target;
  private final Map<String, String> headers;
  private final byte[] body;
  private final InputStream in;
  private final OutputStream out;
  private boolean upgraded;

  private HttpCall(
      String method,
      String target,
      Map<String, String> headers,
      byte[] body,
      InputStream in,
      OutputStream out) {
    this.method = method;
    this.target = target;
    this.headers = headers;
    this.body = body;
    this.in = in;
    this.out = out;
  }

  /** Reads the next request of a connection; null at its end. */
  static @Nullable HttpCall read(InputStream in, OutputStream out) throws IOException {
    String line = line(in);
    if (line == null) {
      return null;
    }
    String[] parts = line.split(" ");
    if (parts.length != 3 || !parts[2].startsWith("HTTP/1.")) {
      throw new IOException("no HTTP/1.1: " + line);
    }
    Map<String, String> headers = new HashMap<>();
    for (String header = line(in); header != null && !header.isEmpty(); header = line(in)) {
      int colon = header.indexOf(':');
      if (colon > 0) {
        headers.putIfAbsent(
            header.substring(0, colon).toLowerCase(Locale.ROOT),
            header.substring(colon + 1).strip());
      }
    }
    if ("100-continue".equalsIgnoreCase(headers.get("expect"))) {
      out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
    }
    return new HttpCall(parts[0], parts[1], headers, body(in, headers), in, out);
  }

  private static @Nullable String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c >= 0; c = in.read()) {
      if (c == '\n') {
        return line.toString();
      }
      if (c != '\r') {
        line.append((char) c);
      }
      if (line.length() > MAX_LINE) {
        throw new IOException("a line without an end");
      }
    }
    return null;
  }

  private static byte[] body(InputStream in, Map<String, String> headers) throws IOException {
    if (headers
        .getOrDefault("transfer-encoding", "")
        .toLowerCase(Locale.ROOT)
        .contains("chunked")) {
      return chunks(in);
    }
    int length = size(headers.getOrDefault("content-length", "0"), 10);
    return length == 0 ? NOTHING : exactly(in, length);
  }

  private static byte[] chunks(InputStream in) throws IOException {
    var all = new java.io.ByteArrayOutputStream();
    while (true) {
      String size = line(in);
      int length = size(size == null ? "" : size.split(";", 2)[0].strip(), 16);
      if (length == 0) {
        for (String trailer = line(in); trailer != null && !trailer.isEmpty(); ) {
          trailer = line(in);
        }
        return all.toByteArray();
      }
      all.write(exactly(in, length));
      line(in);
    }
  }

  private static int size(String text, int radix) throws IOException {
    try {
      int size = Integer.parseInt(text, radix);
      if (size >= 0 && size <= MAX_BODY) {
        return size;
      }
    } catch (NumberFormatException e) {
      throw new IOException("no length: " + text, e);
    }
    throw new IOException("no length: " + text);
  }

  private static byte[] exactly(InputStream in, int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new SocketException("the caller left in the middle of its request");
    }
    return bytes;
  }

  String method() {
    return method;
  }

  /** The path without its query. */
  String path() {
    int mark = target.indexOf('?');
    return mark < 0 ? target : target.substring(0, mark);
  }

  /** A parameter of the query as it stands there, or an empty text. */
  String parameter(String name) {
    int mark = target.indexOf('?');
    for (String pair : mark < 0 ? new String[0] : target.substring(mark + 1).split("&")) {
      if (pair.startsWith(name + "=")) {
        return pair.substring(name.length() + 1);
      }
    }
    return "";
  }

  /** A header by its lower-case name, or null. */
  @Nullable String header(String name) {
    return headers.get(name);
  }

  byte[] body() {
    return body;
  }

  /** Whether the connection is of use for another request after this one. */
  boolean keepsAlive() {
    return !upgraded && !"close".equalsIgnoreCase(headers.get("connection"));
  }

  void send(int status, String contentType, Map<String, String> more, byte[] bytes)
      throws IOException {
    StringBuilder head = head(status, more);
    head.append("content-type: ").append(contentType).append("\r\n");
    head.append("content-length: ").append(bytes.length).append("\r\n\r\n");
    write(head);
    out.write(bytes);
    out.flush();
  }

  void begin(String contentType, Map<String, String> more) throws IOException {
    StringBuilder head = head(200, more);
    head.append("content-type: ").append(contentType).append("\r\n");
    head.append("cache-control: no-cache\r\ntransfer-encoding: chunked\r\n\r\n");
    write(head);
    out.flush();
  }

  void chunk(byte[] bytes) throws IOException {
    write(new StringBuilder(Integer.toHexString(bytes.length)).append("\r\n"));
    out.write(bytes);
    write(new StringBuilder("\r\n"));
    out.flush();
  }

  void end() throws IOException {
    write(new StringBuilder("0\r\n\r\n"));
    out.flush();
  }

  /** Leaves HTTP; the connection ends with the session. */
  WebSocketServer upgrade() throws IOException {
    upgraded = true;
    StringBuilder head = new StringBuilder("HTTP/1.1 101 Switching Protocols\r\n");
    head.append("upgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-accept: ");
    head.append(WebSocketServer.accept(headers.getOrDefault("sec-websocket-key", "")));
    String protocols = headers.get("sec-websocket-protocol");
    if (protocols != null) {
      head.append("\r\nsec-websocket-protocol: ").append(protocols.split(",")[0].strip());
    }
    write(head.append("\r\n\r\n"));
    out.flush();
    return new WebSocketServer(in, out);
  }

  private static StringBuilder head(int status, Map<String, String> headers) {
    StringBuilder head = new StringBuilder("HTTP/1.1 ").append(status).append(" -\r\n");
    headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    return head;
  }

  private void write(StringBuilder text) throws IOException {
    out.write(text.toString().getBytes(StandardCharsets.ISO_8859_1));
  }
}
