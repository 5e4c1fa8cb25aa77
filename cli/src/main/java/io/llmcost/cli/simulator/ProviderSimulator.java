package io.llmcost.cli.simulator;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Answers on the loopback as providers do, each under its name ({@code /openai/v1/…}, {@code
 * /anthropic/v1/…}), with token counts that follow from the request alone, and tells a listener
 * what each answer would cost the caller in tokens. A turn of a realtime session is such an answer.
 *
 * <p>A key that contains {@value #INVALID_KEY} is refused with 401. The header {@value
 * #STATUS_HEADER} asks for an error of that status; {@value #BREAK_HEADER} for a connection that
 * breaks after so many stream events.
 */
public final class ProviderSimulator implements AutoCloseable {
  public static final String INVALID_KEY = "invalid";
  public static final String STATUS_HEADER = "x-simulator-status";
  public static final String BREAK_HEADER = "x-simulator-break-after";

  private static final Duration EVENT_DELAY = Duration.ofMillis(1);

  private final JsonMapper json = JsonMapper.builder().build();
  private final Providers providers = new Providers(Clock.systemUTC());
  private final AtomicLong calls = new AtomicLong();
  private final ServerSocket listening;
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final Consumer<Answer> listener;

  private ProviderSimulator(ServerSocket listening, Consumer<Answer> listener) {
    this.listening = listening;
    this.listener = listener;
  }

  /**
   * Starts on a free port of the loopback; the listener is called once for each answer, before the
   * caller has the end of it.
   */
  public static ProviderSimulator start(Consumer<Answer> listener) throws IOException {
    ServerSocket listening = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress());
    ProviderSimulator simulator = new ProviderSimulator(listening, listener);
    simulator.executor.execute(simulator::accept);
    return simulator;
  }

  /** A provider's base URL is this with its name behind it, {@code /openai} for instance. */
  public URI url() {
    return URI.create("http://127.0.0.1:" + listening.getLocalPort());
  }

  @Override
  public void close() {
    closeQuietly(listening);
    executor.shutdownNow();
    connections.forEach(ProviderSimulator::closeQuietly);
  }

  private static void closeQuietly(AutoCloseable open) {
    try {
      open.close();
    } catch (Exception ignored) {
      // It is gone either way.
    }
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Socket connection = listening.accept();
        connection.setTcpNoDelay(true);
        executor.execute(() -> serve(connection));
      } catch (IOException | java.util.concurrent.RejectedExecutionException closed) {
        return;
      }
    }
  }

  private void serve(Socket connection) {
    connections.add(connection);
    try (connection) {
      InputStream in = new BufferedInputStream(connection.getInputStream());
      OutputStream out = new BufferedOutputStream(connection.getOutputStream());
      HttpCall call = HttpCall.read(in, out);
      while (call != null) {
        handle(call);
        call = call.keepsAlive() ? HttpCall.read(in, out) : null;
      }
    } catch (IOException gone) {
      // The caller left, or wanted the connection to break.
    } finally {
      connections.remove(connection);
    }
  }

  private void handle(HttpCall http) throws IOException {
    if ("websocket".equalsIgnoreCase(http.header("upgrade"))) {
      providers.session(http, calls, listener);
      return;
    }
    switch (reply(http)) {
      case Reply.Whole whole -> {
        Answer answer = whole.answer();
        if (answer != null) {
          listener.accept(answer);
        }
        http.send(
            whole.status(),
            "application/json",
            whole.headers(),
            json.writeValueAsBytes(whole.body()));
      }
      case Reply.Streamed streamed -> stream(http, streamed);
    }
  }

  private Reply reply(HttpCall http) {
    try {
      JsonNode body =
          http.body().length == 0
              ? JsonNodeFactory.instance.objectNode()
              : json.readTree(http.body());
      return providers.reply(http.method(), http.path(), call(http, body));
    } catch (JacksonException unreadable) {
      return providers.unreadable(http.path(), call(http, JsonNodeFactory.instance.objectNode()));
    }
  }

  private Call call(HttpCall http, JsonNode body) {
    return new Call(calls.incrementAndGet(), body, http::header);
  }

  private void stream(HttpCall http, Reply.Streamed streamed) throws IOException {
    http.begin(streamed.contentType(), streamed.headers());
    long breakAfter = breakAfter(http.header(BREAK_HEADER));
    int last = streamed.events().size() - 1;
    int sent = 0;
    try {
      for (byte[] event : streamed.events()) {
        if (sent == breakAfter) {
          throw new IOException("broken on request");
        }
        if (sent == last) {
          listener.accept(streamed.answer());
        }
        http.chunk(event);
        sent++;
        pause();
      }
    } catch (IOException gone) {
      if (sent < last) {
        listener.accept(streamed.answer().cutShort());
      }
      throw gone; // The connection then ends without a proper end of the body.
    }
    http.end();
  }

  private static long breakAfter(@Nullable String header) {
    return header == null || !header.matches("\\d{1,9}") ? -1 : Long.parseLong(header);
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(EVENT_DELAY);
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
      throw new IOException("the simulator was closed", closing);
    }
  }
}
