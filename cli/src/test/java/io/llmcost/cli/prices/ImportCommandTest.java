package io.llmcost.cli.prices;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.llmcost.cli.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command against a server that answers as the calculator does. */
class ImportCommandTest {
  private static final String REPORT =
      """
      {"format": "litellm", "applied": false, "price_book_version": 7, "unchanged": 1200,
       "added": [{"row": "gpt-9", "previous": [], "price": {"provider": "openai", "model": "gpt-9",
         "meter": "input", "unit_price": "1.25", "unit": 1000000, "service_tier": "batch",
         "region": "*", "context_above": 200000, "time_window": "*",
         "effective_from": "2026-12-01T00:00:00Z"}}],
       "changed": [], "ended": [],
       "held": [{"row": "x", "model": "openai/x", "reason": "becomes free", "previous": [],
         "price": {"provider": "openai", "model": "x", "meter": "output", "unit_price": "0",
         "unit": 1000000, "service_tier": "*", "region": "*", "context_above": 0,
         "time_window": "*"}}],
       "refused": [%s],
       "ignored": [{"row": "a", "reason": "no meter counts this"},
         {"row": "b", "reason": "no meter counts this"}],
       "aliases_added": 3, "aliases_changed": 0}
      """;
  private static final String REFUSED = "{\"row\": \"line 4\", \"reason\": \"unit: is required\"}";

  @TempDir private Path directory;
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private HttpServer server;
  private volatile String answer = REPORT.formatted("");

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/v1/prices/import", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String ifMatch = exchange.getRequestHeaders().getFirst("if-match");
    requests.add(exchange.getRequestURI().getQuery() + " " + ifMatch + " " + body);
    byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("content-type", "application/json");
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private int importing(String... options) throws IOException {
    Path list = Files.writeString(directory.resolve("list.json"), "{}");
    List<String> arguments = new ArrayList<>(List.of("prices", "import", list.toString()));
    arguments.addAll(Arrays.asList(options));
    String url = "http://localhost:" + server.getAddress().getPort();
    Stream.of("--calculator-url", url, "--token", "t").forEach(arguments::add);
    CommandLine command = Main.commandLine();
    command.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    return command.execute(arguments.toArray(new String[0]));
  }

  @Test
  void whatIsShownIsWhatIsApplied() throws IOException {
    int exit = importing("--effective-from", "2026-12-01", "--confirm", "openai/x");
    assertThat(exit).as(err.toString()).isZero();
    assertThat(requests)
        .containsExactly(
            "effective_from=2026-12-01&confirm=openai/x&dry_run=true null {}",
            "effective_from=2026-12-01&confirm=openai/x \"price-book-7\" {}");
    assertThat(out.toString())
        .contains("litellm: 1 added, 0 changed, 0 ended, 1,200 unchanged, 1 held, 0 refused")
        .contains(
            "added openai gpt-9 input 1.25 for 1,000,000 tier batch above 200,000"
                + " from 2026-12-01T00:00:00Z")
        .contains("held openai x output 0 for 1,000,000 (openai/x): becomes free")
        .contains("ignored 2 rows: no meter counts this")
        .contains("version 7");
  }

  @Test
  void aDryRunAsksOnce() throws IOException {
    assertThat(importing("--dry-run", "--effective-from", "2026-12-01")).isZero();
    assertThat(requests).hasSize(1);
    assertThat(out.toString()).contains("nothing was changed");
  }

  @Test
  void refusedRowsChangeNothingAndSayWhy() throws IOException {
    answer = REPORT.formatted(REFUSED);
    assertThat(importing()).isNotZero();
    assertThat(requests).hasSize(1);
    assertThat(out.toString()).contains("refused line 4: unit: is required");
    assertThat(err.toString()).contains("1 rows are refused, so nothing was changed");
  }
}
