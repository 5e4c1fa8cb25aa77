package io.llmcost.cli.simulator;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
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
 * Answers on the loopback as OpenAI under {@code /openai/v1/…} and as Anthropic under {@code
 * /anthropic/v1/…} do, with token counts that follow from the request alone, and tells a listener
 * what each answer would cost the caller in tokens.
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

  static {
    // The JDK's server leaves Nagle's algorithm on, which holds small answers back for 40 ms.
    if (System.getProperty("sun.net.httpserver.nodelay") == null) {
      System.setProperty("sun.net.httpserver.nodelay", "true");
    }
  }

  private final JsonMapper json = JsonMapper.builder().build();
  private final OpenAi openAi = new OpenAi(Clock.systemUTC());
  private final Anthropic anthropic = new Anthropic();
  private final AtomicLong calls = new AtomicLong();
  private final HttpServer server;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final Consumer<Answer> listener;

  private ProviderSimulator(HttpServer server, Consumer<Answer> listener) {
    this.server = server;
    this.listener = listener;
  }

  /**
   * Starts on a free port of the loopback; the listener is called once for each answer, before the
   * caller has the end of it.
   */
  public static ProviderSimulator start(Consumer<Answer> listener) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
    ProviderSimulator simulator = new ProviderSimulator(server, listener);
    server.setExecutor(simulator.executor);
    server.createContext("/", simulator::handle);
    server.start();
    return simulator;
  }

  /** A provider's base URL is this with {@code /openai} or {@code /anthropic} behind it. */
  public URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  @Override
  public void close() {
    server.stop(0);
    executor.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    byte[] received = exchange.getRequestBody().readAllBytes();
    String method = exchange.getRequestMethod();
    String path = exchange.getRequestURI().getPath();
    if (method.equals("GET") && path.equals("/openai/v1/models")) {
      send(exchange, 200, Map.of(), openAi.models());
      return;
    }
    switch (reply(exchange, method, path, received)) {
      case Reply.Whole whole -> {
        listener.accept(whole.answer());
        send(exchange, whole.status(), whole.headers(), whole.body());
      }
      case Reply.Streamed streamed -> stream(exchange, streamed);
    }
  }

  private Reply reply(HttpExchange exchange, String method, String path, byte[] received) {
    boolean anthropicShape = path.startsWith("/anthropic/");
    JsonNode body;
    try {
      body = received.length == 0 ? JsonNodeFactory.instance.objectNode() : json.readTree(received);
    } catch (JacksonException unreadable) {
      Call call = call(exchange, JsonNodeFactory.instance.objectNode());
      return anthropicShape ? anthropic.unreadable(call) : openAi.unreadable(call);
    }
    Call call = call(exchange, body);
    return switch (method + " " + path) {
      case "POST /openai/v1/chat/completions" -> openAi.chat(call);
      case "POST /openai/v1/embeddings" -> openAi.embeddings(call);
      case "POST /anthropic/v1/messages" -> anthropic.messages(call);
      default ->
          anthropicShape
              ? anthropic.unknownPath(call)
              : openAi.unknownPath(call, method, path.replaceFirst("^/openai", ""));
    };
  }

  private Call call(HttpExchange exchange, JsonNode body) {
    return new Call(
        calls.incrementAndGet(), body, name -> exchange.getRequestHeaders().getFirst(name));
  }

  private void send(HttpExchange exchange, int status, Map<String, String> headers, JsonNode body)
      throws IOException {
    byte[] bytes = json.writeValueAsBytes(body);
    headers.forEach(exchange.getResponseHeaders()::set);
    exchange.getResponseHeaders().set("content-type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  private void stream(HttpExchange exchange, Reply.Streamed streamed) throws IOException {
    streamed.headers().forEach(exchange.getResponseHeaders()::set);
    exchange.getResponseHeaders().set("content-type", "text/event-stream; charset=utf-8");
    exchange.getResponseHeaders().set("cache-control", "no-cache");
    exchange.sendResponseHeaders(200, 0);
    long breakAfter = breakAfter(exchange.getRequestHeaders().getFirst(BREAK_HEADER));
    OutputStream out = exchange.getResponseBody();
    int sent = 0;
    try {
      for (String event : streamed.events()) {
        if (sent == breakAfter) {
          throw new IOException("broken on request");
        }
        if (sent == streamed.events().size() - 1) {
          listener.accept(streamed.answer());
        }
        out.write(event.getBytes(StandardCharsets.UTF_8));
        out.flush();
        sent++;
        pause();
      }
    } catch (IOException gone) {
      if (sent < streamed.events().size() - 1) {
        listener.accept(streamed.answer().cutShort());
      }
      throw gone; // The server then drops the connection, without a proper end of the body.
    }
    out.close();
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
