package io.llmcost.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.llmcost.client.provider.AnswerHead;
import io.llmcost.client.provider.AnswerReader;
import io.llmcost.client.provider.Completion;
import io.llmcost.client.provider.MeterReading;
import io.llmcost.client.provider.ProviderAdapter;
import io.llmcost.client.provider.ProviderAdapters;
import io.llmcost.schemas.LlmRequestCompleted;
import io.llmcost.schemas.UsageItem;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** A provider that gives one answer, of those under src/test/resources/answers, to every call. */
public final class FakeProvider implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final byte[] answer;

  /** Answers with the file {@code name}; one that ends in sse streams. */
  public FakeProvider(int status, String name) throws IOException {
    answer = bytes(name);
    String type = name.endsWith(".sse") ? "text/event-stream" : "application/json";
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", exchange -> answer(exchange, status, type));
    server.start();
  }

  /** Returns the base URL, without a slash at its end. */
  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Returns the path and body of each call that came. */
  public List<String> requests() {
    return requests;
  }

  /** Returns what the gateway reads in this answer, to a call of {@code path}. */
  public Completion read(String provider, String path) {
    ProviderAdapter adapter =
        ProviderAdapters.standard().find(provider, "POST", path).orElseThrow();
    AnswerReader reader = adapter.answer(AnswerHead.of(200));
    reader.accept(answer);
    return reader.end();
  }

  /** Returns why {@code event} says other than what the gateway reads; null where it says that. */
  public static @Nullable String difference(Completion read, LlmRequestCompleted event) {
    List<UsageItem> usage = read.usage().stream().map(MeterReading::toUsageItem).toList();
    if (!usage.equals(event.getUsage())) {
      return "usage " + event.getUsage() + " and not " + usage;
    }
    if (!Objects.equals(read.model(), event.getModel())) {
      return "model " + event.getModel();
    }
    if (!Objects.equals(read.serviceTier(), event.getServiceTier())) {
      return "tier " + event.getServiceTier();
    }
    if (!Objects.equals(read.contextTokens(), event.getContextTokens())) {
      return "context " + event.getContextTokens();
    }
    return read.status().equals(event.getStatus()) ? null : "status " + event.getStatus();
  }

  private void answer(HttpExchange exchange, int status, String type) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    requests.add(exchange.getRequestURI() + " " + body);
    exchange.getResponseHeaders().add("content-type", type);
    exchange.sendResponseHeaders(status, type.startsWith("text") ? 0 : answer.length);
    exchange.getResponseBody().write(answer);
    exchange.close();
  }

  private static byte[] bytes(String name) throws IOException {
    try (InputStream in = FakeProvider.class.getResourceAsStream("/answers/" + name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
