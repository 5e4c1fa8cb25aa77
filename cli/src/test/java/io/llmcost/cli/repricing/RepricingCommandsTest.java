package io.llmcost.cli.repricing;

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

/** The commands against a server that answers as the calculator does. */
class RepricingCommandsTest {
  private static final String PHASE =
      """
      {"examined": 12, "changed": 7, "unchanged": 4, "failed": %d, "cost_before": "1.5",
       "cost_after": "1.75", "difference": "0.25", "currency": "USD",
       "by_day_and_model": [{"day": "2026-11-20", "provider": "openai", "model": "gpt-9",
         "changed": 7, "failed": 0, "cost_before": "1.5", "cost_after": "1.75",
         "difference": "0.25"}], "failures": []}\
      """;

  @TempDir private Path directory;
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private HttpServer server;
  private volatile boolean isApplied;
  private volatile int outstanding;

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
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String path = exchange.getRequestURI().getPath();
    if (exchange.getRequestMethod().equals("POST")) {
      requests.add(path + " " + body);
    }
    isApplied |= path.endsWith("/apply");
    String answer =
        """
        {"id": "r-1", "kind": "repricing", "state": "%s", "price_book_version": 9, "dry_run": %s%s}\
        """
            .formatted(
                isApplied ? "applied" : "examined",
                PHASE.formatted(1),
                isApplied
                    ? ", \"apply\": "
                        + PHASE.formatted(0)
                        + ", \"ledger\": {\"recorded\": 7, \"unchanged\": 0, \"outstanding\": "
                        + outstanding
                        + ", \"difference\": \"0.25\", \"currency\": \"USD\"}"
                    : "");
    byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("content-type", "application/json");
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private int run(String... arguments) {
    List<String> all = new ArrayList<>(Arrays.asList(arguments));
    String url = "http://localhost:" + server.getAddress().getPort();
    Stream.of("--calculator-url", url, "--token", "t").forEach(all::add);
    CommandLine command = Main.commandLine();
    command.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    return command.execute(all.toArray(new String[0]));
  }

  @Test
  void aDryRunShowsTheDifferenceAndHowToApplyJustThat() {
    int exit =
        run(
            "prices",
            "reprice",
            "--from",
            "2026-11-01",
            "--model",
            "gpt-9",
            "--status",
            "FALLBACK",
            "--reason",
            "late",
            "--dry-run");

    assertThat(exit).as(err.toString()).isZero();
    assertThat(requests)
        .containsExactly(
            "/v1/repricings {\"reason\":\"late\",\"selector\":{\"from\":\"2026-11-01T00:00:00Z\","
                + "\"model\":[\"gpt-9\"],\"cost_status\":[\"FALLBACK\"]},\"dry_run\":true}");
    assertThat(out.toString())
        .contains("12 requests looked at: 7 would change, 4 unchanged, 1 failed")
        .contains("2026-11-20", "gpt-9", "+0.25", "total")
        .contains("./llmcost prices reprice --id r-1 --apply");
  }

  @Test
  void whatIsAppliedIsWhatWasShown() {
    assertThat(run("prices", "reprice", "--from", "2026-11-01", "--reason", "late", "--apply"))
        .as(err.toString())
        .isZero();
    assertThat(requests).hasSize(2);
    assertThat(requests.getLast()).startsWith("/v1/repricings/r-1/apply ");
    assertThat(out.toString()).contains("7 recorded, 0 unchanged, 0 outstanding").contains("+0.25");
  }

  @Test
  void deadLettersAreNoSuccess() {
    outstanding = 2;
    assertThat(run("prices", "reprice", "--id", "r-1", "--apply")).isNotZero();
    assertThat(err.toString()).contains("2 targets are dead letters");
  }

  @Test
  void aCorrectionSaysAllThatWasUsed() {
    assertThat(
            run(
                "correct",
                "e-1",
                "--usage",
                "input=1200",
                "--usage",
                "output=0.5",
                "--reason",
                "r",
                "--idempotency-key",
                "k",
                "--dry-run"))
        .as(err.toString())
        .isZero();
    assertThat(requests)
        .containsExactly(
            "/v1/corrections"
                + " {\"event_id\":\"e-1\",\"usage\":[{\"meter\":\"input\",\"quantity\":1200},"
                + "{\"meter\":\"output\",\"quantity\":0.5}],\"reason\":\"r\",\"dry_run\":true}");
    assertThat(out.toString()).contains("./llmcost correct --id r-1 --apply");
  }

  @Test
  void correctionsOfAFileGoTogether() throws IOException {
    Path file = directory.resolve("corrections.jsonl");
    Files.writeString(file, "{\"event_id\": \"a\", \"void\": true}\n\n{\"event_id\": \"b\"}\n");

    assertThat(run("correct", "--file", file.toString(), "--reason", "r", "--dry-run")).isZero();
    assertThat(requests.getFirst())
        .contains("\"corrections\":[{\"event_id\":\"a\",\"void\":true},{\"event_id\":\"b\"}]");

    Files.writeString(file, "{\"event_id\": \"a\"}\nnonsense\n");
    assertThat(run("correct", "--file", file.toString(), "--reason", "r")).isNotZero();
    assertThat(err.toString()).contains("line 2 is no JSON");
  }

  @Test
  void wrongUseIsToldInOneLine() {
    assertThat(run("prices", "reprice", "--reason", "r", "--dry-run")).isNotZero();
    assertThat(run("prices", "reprice", "--from", "2026-11-01", "--dry-run")).isNotZero();
    assertThat(run("prices", "reprice", "--from", "2026-11-01", "--reason", "r")).isNotZero();
    assertThat(run("correct", "e-1", "--usage", "input", "--reason", "r")).isNotZero();
    assertThat(run("correct", "e-1", "--reason", "r")).isNotZero();
    assertThat(run("correct", "e-1", "--void")).isNotZero();
    assertThat(err.toString().lines())
        .hasSize(6)
        .anyMatch(line -> line.contains("Give --from"))
        .anyMatch(line -> line.contains("Give --reason"))
        .anyMatch(line -> line.contains("--dry-run or --apply"))
        .anyMatch(line -> line.contains("METER=QUANTITY"));
    assertThat(requests).isEmpty();
  }
}
