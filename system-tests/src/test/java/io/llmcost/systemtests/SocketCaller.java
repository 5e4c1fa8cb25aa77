package io.llmcost.systemtests;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A caller over a socket of its own, which it keeps, so that it knows for sure whether it has seen
 * the end of an answer; and which can hang up after any byte of it.
 */
final class SocketCaller implements AutoCloseable {
  private static final int NEVER = Integer.MAX_VALUE;
  private static final int PATIENCE_MILLIS = 60_000;

  private final int port;
  private @Nullable Socket socket;
  private InputStream in = InputStream.nullInputStream();

  SocketCaller(int port) {
    this.port = port;
  }

  /** How a call ended for its caller. */
  enum End {
    /** The end of the answer was seen. */
    ANSWERED,
    /** The connection broke before. */
    CUT,
    /** The caller itself left before. */
    HUNG_UP
  }

  /**
   * @param eventId as the head told it, or null
   * @param tracked false where the head told that nothing is recorded
   */
  record Outcome(End end, int status, @Nullable String eventId, boolean tracked) {}

  /** Where a call's answer is taken to its end. */
  Outcome call(String path, String body) throws InterruptedException {
    return call(path, body, NEVER);
  }

  /** Calls, and hangs up once {@code hangUpAfter} bytes of the answer's body were seen. */
  Outcome call(String path, String body, int hangUpAfter) throws InterruptedException {
    connect();
    Answer answer = new Answer(hangUpAfter);
    try {
      send(path, body);
      return answer.read();
    } catch (IOException broken) {
      close();
      return answer.outcome(answer.endMarkSeen() ? End.ANSWERED : End.CUT);
    }
  }

  private void connect() throws InterruptedException {
    while (socket == null) {
      try {
        Socket opened = new Socket(InetAddress.getLoopbackAddress(), port);
        socket = opened;
        opened.setTcpNoDelay(true);
        opened.setSoTimeout(PATIENCE_MILLIS);
        in = new BufferedInputStream(opened.getInputStream());
      } catch (IOException down) {
        close();
        Thread.sleep(50); // Nothing was sent: the gateway is being started.
      }
    }
  }

  private void send(String path, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    String head =
        "POST "
            + path
            + " HTTP/1.1\r\n"
            + "host: gateway\r\n"
            + "authorization: Bearer any-key\r\n"
            + "x-api-key: any-key\r\n"
            + "anthropic-version: 2023-06-01\r\n"
            + "content-type: application/json\r\n"
            + "content-length: "
            + bytes.length
            + "\r\n\r\n";
    Objects.requireNonNull(socket)
        .getOutputStream()
        .write((head + body).getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    try {
      Socket open = socket;
      if (open != null) {
        open.close();
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } finally {
      socket = null;
    }
  }

  /** An answer that is being read. */
  private final class Answer {
    private final int hangUpAfter;
    private final Map<String, String> headers = new HashMap<>();
    private final StringBuilder tail = new StringBuilder();
    private int status;
    private int seen;

    Answer(int hangUpAfter) {
      this.hangUpAfter = hangUpAfter;
    }

    Outcome read() throws IOException {
      if (hangUpAfter == 0) {
        return hangUp();
      }
      status = Integer.parseInt(line().split(" ")[1]);
      for (String header = line(); !header.isEmpty(); header = line()) {
        int colon = header.indexOf(':');
        headers.put(
            header.substring(0, colon).toLowerCase(Locale.ROOT),
            header.substring(colon + 1).strip());
      }
      boolean complete = headers.containsKey("transfer-encoding") ? chunks() : sized();
      if (!complete) {
        return hangUp();
      }
      if ("close".equalsIgnoreCase(headers.get("connection"))) {
        close();
      }
      return outcome(End.ANSWERED);
    }

    private Outcome hangUp() {
      boolean ended = endMarkSeen();
      close();
      return outcome(ended ? End.ANSWERED : End.HUNG_UP);
    }

    private boolean sized() throws IOException {
      return part(Integer.parseInt(headers.getOrDefault("content-length", "0")));
    }

    private boolean chunks() throws IOException {
      while (true) {
        int size = Integer.parseInt(line(), 16);
        if (size == 0) {
          line();
          return true;
        }
        if (!part(size)) {
          return false;
        }
        line();
      }
    }

    /** Reads a part of the body; false where the caller has seen enough. */
    private boolean part(int size) throws IOException {
      int wanted = (int) Math.min(size, (long) hangUpAfter - seen);
      byte[] bytes = in.readNBytes(wanted);
      seen += bytes.length;
      tail.append(new String(bytes, StandardCharsets.ISO_8859_1));
      if (tail.length() > 200) {
        tail.delete(0, tail.length() - 200);
      }
      if (bytes.length < wanted) {
        throw new EOFException();
      }
      return wanted == size;
    }

    /** Whether the caller could take what it has seen for all of the answer. */
    boolean endMarkSeen() {
      return tail.indexOf("data: [DONE]\n\n") >= 0
          || tail.indexOf("\"type\":\"message_stop\"}\n\n") >= 0;
    }

    Outcome outcome(End end) {
      return new Outcome(
          end,
          status,
          headers.get("x-llmcost-event-id"),
          !"false".equals(headers.get("x-llmcost-tracked")));
    }

    private String line() throws IOException {
      StringBuilder line = new StringBuilder();
      for (int c = in.read(); c != '\n'; c = in.read()) {
        if (c < 0) {
          throw new EOFException();
        }
        if (c != '\r') {
          line.append((char) c);
        }
      }
      return line.toString();
    }
  }
}
