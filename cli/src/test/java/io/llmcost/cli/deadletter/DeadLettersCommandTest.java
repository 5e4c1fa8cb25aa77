package io.llmcost.cli.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What the commands ask of the recorder, and what they print of its answers. */
class DeadLettersCommandTest {
  private static final String ID = "019ab000-0000-7000-8000-000000000001";
  private static final String REPLAY =
      """
      {"id": "r1", "state": "%s", "selected": 3, "sent": 3, "recorded": %d, "already_recorded": 1,
       "failed": %d, "cancelled": 0, "outstanding": %d}
      """;

  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final Map<String, Deque<String>> answers = new ConcurrentHashMap<>();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String body =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          String call = exchange.getRequestMethod() + " " + exchange.getRequestURI();
          asked.add(body.isEmpty() ? call : call + " " + body);
          Deque<String> left = answers.getOrDefault(call, new ArrayDeque<>());
          String answer = left.size() > 1 ? left.poll() : left.peek();
          byte[] bytes =
              (answer == null ? "{\"detail\": \"unexpected " + call + "\"}" : answer)
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(answer == null ? 409 : 200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void filtersAreAskedForAndTheListIsATable() {
    answer(
        "GET /v1/dead-letters?cause=CONFLICT&from=2026-11-01T00%3A00%3A00Z&project=a&project=b"
            + "&limit=50",
        """
        {"has_more": false, "data": [{"id": "%s", "dead_lettered_at": "2026-11-02T00:00:00Z",
          "cause": "CONFLICT", "topic": "llm.request.costed", "partition": 3, "offset": 17,
          "key": "k", "state": "open", "attempts": 2, "message": "why\\u001b[31m"}]}
        """
            .formatted(ID));
    assertThat(
            run(
                "list",
                "--cause",
                "CONFLICT",
                "--from",
                "2026-11-01",
                "--project",
                "a",
                "--project",
                "b"))
        .isZero();
    assertThat(out.toString()).contains(ID, "3/17", "CONFLICT", "why?[31m", "1 in all");
    assertThat(run("list", "--from", "yesterday")).isEqualTo(2);
    assertThat(err.toString()).contains("--from: 'yesterday' is neither a date");
  }

  @Test
  void aReplayIsWaitedForAndItsCountsArePrinted() {
    answer("POST /v1/replays", REPLAY.formatted("running", 0, 0, 3));
    answer(
        "GET /v1/replays/r1",
        REPLAY.formatted("running", 1, 0, 1),
        REPLAY.formatted("sent", 1, 0, 1),
        REPLAY.formatted("done", 1, 1, 0));
    assertThat(run("replay", ID, "--rate", "5", "--cap", "9", "--include-parked", "--note", "n"))
        .isZero();
    assertThat(asked.getFirst())
        .isEqualTo(
            "POST /v1/replays {\"selector\":{\"ids\":[\""
                + ID
                + "\"]},\"all\":false,\"include_parked\":true,\"rate\":5,\"cap\":9,\"note\":\"n\"}");
    assertThat(out.toString())
        .contains(
            "replay r1: done",
            "selected                3",
            "recorded                1",
            "already in the ledger   1",
            "failed again            1",
            "1 failed again and are open or parked");
  }

  @Test
  void aDetachedReplayIsNotWaitedFor() {
    answer("POST /v1/replays", REPLAY.formatted("running", 0, 0, 3));
    assertThat(run("replay", "--all", "--detach")).isZero();
    assertThat(asked).hasSize(1);
    assertThat(out.toString()).contains("replay r1: running", "outstanding             3");
  }

  @Test
  void aReplayThatDoesNotMoveIsGivenUpWithOneLine() {
    answer("POST /v1/replays", REPLAY.formatted("running", 0, 0, 3));
    answer("GET /v1/replays/r1", REPLAY.formatted("running", 0, 0, 3));
    assertThat(run("replay", "--all", "--timeout", "1s")).isEqualTo(1);
    assertThat(err.toString().lines()).hasSize(1);
    assertThat(err.toString()).contains("nothing moved for 1 s", "goes on by itself");
  }

  @Test
  void aDryRunTellsEachEndAndItsCauses() {
    answer(
        "POST /v1/replays",
        """
        {"object": "dry_run", "selected": 3, "examined": 3, "would_succeed": 1,
         "already_recorded": 0, "would_fail": 2, "would_fail_by_cause": {"CONFLICT": 2},
         "results": [{"dead_letter_id": "%s", "outcome": "would_fail", "event_id": "e",
           "cause": "CONFLICT", "message": "other digest"}], "has_more": true}
        """
            .formatted(ID));
    assertThat(run("replay", "--cause", "CONFLICT", "--dry-run")).isZero();
    assertThat(asked.getFirst()).contains("\"dry_run\":true");
    assertThat(out.toString())
        .contains(
            "nothing was sent",
            "would fail              2",
            "  CONFLICT              2",
            "other digest",
            "--limit shows more");
  }

  @Test
  void anActOnEverythingMustSaySo() {
    assertThat(run("replay")).isEqualTo(2);
    assertThat(run("discard", "--reason", "x")).isEqualTo(2);
    assertThat(err.toString()).contains("--all for every one");
    assertThat(run("discard", ID)).isEqualTo(2);
    assertThat(err.toString()).contains("--reason");
    assertThat(asked).isEmpty();
  }

  @Test
  void aRefusalIsOneLineWithItsReason() {
    assertThat(run("discard", ID, "--reason", "x", "--yes")).isEqualTo(1);
    assertThat(err.toString().lines()).hasSize(1);
    assertThat(err.toString()).contains("refused (409)", "unexpected POST");
  }

  @Test
  void aLetterIsShownForAPersonToRead() {
    answer(
        "GET /v1/dead-letters/" + ID,
        """
        {"id": "%s", "cause": "UNDECODABLE", "message": "no magic", "state": "open",
         "attempts": 2, "topic": "llm.request.completed", "partition": 1, "offset": 2,
         "dead_letter_topic": "llm.request.completed-dlt", "dead_letter_partition": 4,
         "dead_letter_offset": 5, "size": 8, "headers": [{"name": "h", "value": "v"},
           {"name": "n", "hex": "00ff"}], "value_hex": "6e6f206576656e74",
         "value_text": "no event", "truncated": false, "undecodable": "no magic byte",
         "edits": [{"version": 1, "in_force": true, "at": "t", "who": "olga", "reason": "found",
           "difference": [{"path": "project", "before": "a", "after": "b"}]}],
         "edited": {"value": {"project": "b"}}}
        """
            .formatted(ID));
    assertThat(run("show", ID)).isZero();
    assertThat(out.toString())
        .contains(
            "open, failed 2 times",
            "llm.request.completed, partition 1, offset 2",
            "h       v",
            "n       hex 00ff",
            "no event: no magic byte",
            "00000000  6e 6f 20 65 76 65 6e 74",
            "|no event|",
            "edit 1, in force, by olga at t: found",
            "project  \"a\"     \"b\"",
            "event, as edited");
  }

  @Test
  void anEditIsOneOfFour(@TempDir Path directory) throws IOException {
    answer("POST /v1/dead-letters/%s/edit".formatted(ID), "{\"id\": \"x\"}");
    answer("POST /v1/dead-letters/%s/edit/undo".formatted(ID), "{\"id\": \"x\"}");
    Path file = directory.resolve("event.json");
    Files.writeString(file, "{\"total_cost\": \"0.1\"}");
    assertThat(run("edit", ID, "--patch", "{\"a\": null}", "--reason", "r")).isZero();
    assertThat(run("edit", ID, "--file", file.toString(), "--reason", "r")).isZero();
    assertThat(run("edit", ID, "--value-hex", "00ff", "--reason", "r")).isZero();
    assertThat(run("edit", ID, "--undo", "--reason", "r")).isZero();
    assertThat(asked)
        .extracting(call -> call.substring(call.indexOf('{')))
        .containsExactly(
            "{\"reason\":\"r\",\"patch\":{\"a\":null}}",
            "{\"reason\":\"r\",\"event\":{\"total_cost\":\"0.1\"}}",
            "{\"reason\":\"r\",\"value_hex\":\"00ff\"}",
            "{\"reason\":\"r\"}");
    assertThat(run("edit", ID, "--undo", "--value-hex", "00", "--reason", "r")).isEqualTo(2);
    assertThat(run("edit", ID, "--patch", "{", "--reason", "r")).isEqualTo(1);
  }

  @Test
  void inventoryReplaysAndAuditAreTables() {
    answer(
        "GET /v1/dead-letters/inventory",
        """
        {"count": 1200, "bytes": 9, "data": [{"topic": "t", "cause": "CONFLICT", "state": "open",
          "count": 1200, "bytes": 9, "oldest": "then", "newest": "now"}]}
        """);
    answer("GET /v1/replays?limit=20", "{\"data\": [" + REPLAY.formatted("done", 2, 0, 0) + "]}");
    answer("POST /v1/replays/r1/pause", REPLAY.formatted("paused", 0, 0, 2));
    answer(
        "GET /v1/audit?dead_letter_id=%s&limit=100".formatted(ID),
        """
        {"data": [{"at": "t", "who": "olga", "act": "discard", "reason": "a test",
          "detail": {}}]}
        """);
    assertThat(run("inventory")).isZero();
    assertThat(run("replays")).isZero();
    assertThat(run("pause", "r1")).isZero();
    assertThat(run("audit", ID)).isZero();
    assertThat(out.toString()).contains("1,200", "total", "done", "paused", "olga", "a test");
  }

  private void answer(String call, String... bodies) {
    answers.put(call, new ArrayDeque<>(List.of(bodies)));
  }

  private int run(String... args) {
    CommandLine commandLine = Main.commandLine();
    commandLine.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    String url = "http://127.0.0.1:" + server.getAddress().getPort();
    return commandLine.execute(
        Stream.of(
                Stream.of("dead-letters"),
                Arrays.stream(args),
                Stream.of("--recorder-url", url, "--token", "t"))
            .flatMap(part -> part)
            .toArray(String[]::new));
  }
}
