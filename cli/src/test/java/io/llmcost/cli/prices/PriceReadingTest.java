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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What is read of the price book, against a server that answers as the calculator does. */
class PriceReadingTest {

  @TempDir private Path directory;
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final List<String> bodies = new CopyOnWriteArrayList<>();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private HttpServer server;
  private volatile String type = "application/json";
  private volatile int status = 200;
  private volatile String answer = "{}";

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/v1/", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
    byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("content-type", type);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private int run(String... words) {
    List<String> arguments = new ArrayList<>(List.of("prices"));
    arguments.addAll(Arrays.asList(words));
    String url = "http://localhost:" + server.getAddress().getPort();
    arguments.addAll(List.of("--calculator-url", url, "--token", "t"));
    CommandLine command = Main.commandLine();
    command.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    return command.execute(arguments.toArray(new String[0]));
  }

  @Test
  void theExportIsPrintedAsItIsOrWrittenToAFile() {
    type = "text/csv;charset=UTF-8";
    answer = "# price book version 3\nprovider,match\nopenai,exact\n";
    assertThat(run("export")).as(err.toString()).isZero();
    assertThat(out.toString()).isEqualTo(answer);
    Path file = directory.resolve("aliases.csv");
    assertThat(run("export", "--aliases", "-o", file.toString())).isZero();
    assertThat(file).hasContent(answer);
    assertThat(out.toString()).contains("aliases.csv: 1 aliases");
    assertThat(requests).containsExactly("GET /v1/prices/export", "GET /v1/prices/export/aliases");
  }

  @Test
  void anExportThatIsRefusedSaysWhy() {
    status = 403;
    answer = "{\"detail\": \"needs reports:read\"}";
    assertThat(run("export")).isNotZero();
    assertThat(err.toString()).contains("needs reports:read");
  }

  @Test
  void theLatestChangesAreListedWithWhoMadeThem() {
    answer =
        """
        {"data": [{"version": 7, "changed_at": "2026-11-24T10:00:00Z", "actor": "alice",
          "action": "set", "comment": "openai gpt-9 input: 1.25 USD for 1000000"}]}\
        """;
    assertThat(run("history", "--limit", "5")).as(err.toString()).isZero();
    assertThat(requests).containsExactly("GET /v1/prices/changes?limit=5");
    assertThat(out.toString()).contains("alice").contains("openai gpt-9 input: 1.25");
  }

  @Test
  void aPriceIsShownWithEveryRowThatItHad() {
    String terms =
        """
        {"id": "%s", "provider": "openai", "model": "gpt-9", "meter": "input", "unit_price": "%s",
         "unit": 1000000, "active": %s, "effective_from": "2026-01-01T00:00:00Z"}\
        """;
    answer =
        """
        {"price": %s, "history": [
          {"price": %s, "created": {"changed_at": "2026-01-02T00:00:00Z", "actor": "bob"},
           "superseded": {"changed_at": "2026-02-02T00:00:00Z", "actor": "alice"}},
          {"price": %s, "created": {"changed_at": "2026-02-02T00:00:00Z", "actor": "alice"}}]}\
        """
            .formatted(
                terms.formatted("11", "2", "true"),
                terms.formatted("10", "1.25", "true"),
                terms.formatted("11", "2", "false"));
    assertThat(run("history", "11")).as(err.toString()).isZero();
    assertThat(requests).containsExactly("GET /v1/prices/11");
    assertThat(out.toString())
        .contains("openai gpt-9 input")
        .contains("1.25")
        .contains("bob")
        .contains("stands")
        .contains("none");
  }

  @Test
  void scheduledPricesAreAskedForAsSuch() {
    answer = "{\"data\": [], \"has_more\": false}";
    assertThat(run("list", "--scheduled")).as(err.toString()).isZero();
    assertThat(requests).containsExactly("GET /v1/prices?scheduled=true&limit=1000");
    assertThat(run("list", "--scheduled", "--all")).isNotZero();
    assertThat(err.toString()).contains("one of --all, --scheduled and --at");
  }

  @Test
  void whatIsUnpricedIsListedWithWhatToDo() {
    answer =
        """
        {"data": [{"provider": "openai", "model": "gpt-9", "concern": "fallback", "state": "open",
          "requests": 1200, "tokens": 34567, "meters": ["input", "output"], "currency": "USD",
          "amount": "0.5", "first_seen": "2026-11-20T10:00:00Z", "last_seen": "2026-11-21T10:00:00Z",
          "reprice": {"from": "2026-11-20T10:00:00Z", "to": "2026-11-21T10:00:00.000001Z"}}],
         "has_more": false}\
        """;
    assertThat(run("unpriced")).as(err.toString()).isZero();
    assertThat(requests).containsExactly("GET /v1/prices/unpriced?state=open&limit=1000");
    assertThat(out.toString())
        .contains("1,200")
        .contains("0.5 USD")
        .contains(
            "prices set --provider openai --model gpt-9 --meter input --unit-price AMOUNT"
                + " --effective-from 2026-11-20T10:00:00Z")
        .contains(
            "prices reprice --provider openai --model gpt-9 --from 2026-11-20T10:00:00Z --to"
                + " 2026-11-21T10:00:00.000001Z --dry-run");
    answer = "{\"data\": [], \"has_more\": false}";
    assertThat(run("unpriced", "--state", "all", "--concern", "outlier")).isZero();
    assertThat(out.toString()).contains("nothing waits");
  }

  @Test
  void anEntryIsDismissedForAReasonAndOpenedAgain() {
    answer = "{\"state\": \"dismissed\"}";
    String[] which = {"--provider", "openai", "--model", "m", "--concern", "outlier"};
    List<String> words = new ArrayList<>(List.of("dismiss"));
    words.addAll(Arrays.asList(which));
    assertThat(run(words.toArray(new String[0]))).isNotZero();
    words.addAll(List.of("--reason", "a test"));
    assertThat(run(words.toArray(new String[0]))).isZero();
    assertThat(out.toString()).contains("openai m outlier: dismissed");
    words.add("--undo");
    assertThat(run(words.toArray(new String[0]))).isZero();
    assertThat(requests)
        .containsExactly("POST /v1/prices/unpriced/dismiss", "POST /v1/prices/unpriced/reopen");
  }

  @Test
  void anEstimateIsShownLineByLine() throws IOException {
    answer =
        """
        {"provider": "openai", "model": "gpt-4o", "tokens": {"prompt": 2, "completion": 300,
          "source": "tokenizer", "method": "o200k_base"},
         "cost": {"status": "PRICED", "currency": "USD", "total": "0.003005", "prompt": "0.000005",
          "completion": "0.003"},
         "line_items": [{"meter": "input", "quantity": "2", "unit_price": "2.5", "unit": 1000000,
          "amount": "0.000005", "status": "PRICED", "price_id": "17"}]}\
        """;
    Path file = Files.writeString(directory.resolve("prompt.txt"), "hello world");
    String[] ways = {"--text-file", file.toString()};
    assertThat(run("estimate", "--model", "gpt-4o", ways[0], ways[1], "--completion-tokens", "300"))
        .as(err.toString())
        .isZero();
    assertThat(bodies.getFirst())
        .isEqualTo(
            "{\"model\":\"gpt-4o\",\"expected_completion_tokens\":300,\"text\":\"hello world\"}");
    assertThat(out.toString())
        .contains("0.003005")
        .contains("prompt tokens tokenizer (o200k_base)");
    assertThat(run("estimate", "--model", "gpt-4o", "--usage", "input=5", "--usage", "page=2"))
        .isZero();
    assertThat(bodies.getLast())
        .contains("[{\"meter\":\"input\",\"quantity\":\"5\"},{\"meter\":\"page\",");
    assertThat(run("estimate", "--model", "gpt-4o")).isNotZero();
  }
}
