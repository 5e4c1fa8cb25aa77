package io.llmcost.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.llmcost.cli.simulator.Answer;
import io.llmcost.cli.simulator.ProviderSimulator;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A stack of its own for one test class: {@code ./llmcost up} in an empty directory, with the
 * provider simulator upstream, stopped with the signal that Ctrl-C sends.
 */
final class RunningStack implements AutoCloseable {
  private static final JsonMapper json = JsonMapper.builder().build();
  private static final Duration READY_WITHIN = Duration.ofMinutes(6);

  final Path data;
  final ProviderSimulator simulator;
  private final Process process;
  private final Path log;
  private final HttpClient http = HttpClient.newHttpClient();
  private final JsonNode addresses;

  private RunningStack(Path data, ProviderSimulator simulator, Process process, Path log) {
    this.data = data;
    this.simulator = simulator;
    this.process = process;
    this.log = log;
    this.addresses = json.readTree(Llmcost.read(data.resolve("stack.json")));
  }

  /** Starts a stack on ports that are {@code portOffset} above the usual ones. */
  static RunningStack start(int portOffset) throws IOException {
    return start(portOffset, answer -> {});
  }

  /** Starts a stack whose providers tell {@code answers} what they would bill. */
  static RunningStack start(int portOffset, Consumer<Answer> answers) throws IOException {
    Path home = Files.createTempDirectory("llmcost-system-test");
    Path data = home.resolve("data");
    Path log = home.resolve("up.log");
    ProviderSimulator simulator = ProviderSimulator.start(answers);
    Process process =
        Llmcost.start(
            log,
            "up",
            "--data-dir",
            data.toString(),
            "--port-offset",
            Integer.toString(portOffset),
            "--upstream",
            simulator.url().toString());
    await("./llmcost up")
        .atMost(READY_WITHIN)
        .pollInterval(Duration.ofMillis(200))
        .failFast(
            "up goes on",
            () -> assertThat(process.isAlive()).as("up ended: %s", Llmcost.read(log)).isTrue())
        .until(() -> Files.exists(data.resolve("stack.json")));
    return new RunningStack(data, simulator, process, log);
  }

  /** Returns an address as stack.json has it: {@code kafka}, {@code postgres} … */
  String address(String name) {
    return addresses.path(name).asString();
  }

  /** Returns the URL of one of the four services, as stack.json has it. */
  URI url(String service) {
    return URI.create(address(service));
  }

  /** Returns the pid that a process has now: another one after a restart. */
  long pid(String name) {
    return json.readTree(Llmcost.read(data.resolve("stack.json")))
        .path("processes")
        .path(name)
        .asLong();
  }

  String token(String role) {
    return addresses.path("tokens").path(role).asString();
  }

  /** Returns the output of a command that must succeed on this stack. */
  String command(String... arguments) {
    Llmcost.Result result = tryCommand(arguments);
    assertThat(result.exit()).as("%s: %s", String.join(" ", arguments), result.output()).isZero();
    return result.output();
  }

  Llmcost.Result tryCommand(String... arguments) {
    String[] all = java.util.Arrays.copyOf(arguments, arguments.length + 2);
    all[arguments.length] = "--data-dir";
    all[arguments.length + 1] = data.toString();
    return Llmcost.run(Duration.ofMinutes(10), all);
  }

  /** Returns a report's answer, which must be a 200. */
  JsonNode report(String path) {
    HttpResponse<String> answer = send("GET", url("reporting") + path, token("reader"), null);
    assertThat(answer.statusCode()).as("%s: %s", path, answer.body()).isEqualTo(200);
    return json.readTree(answer.body());
  }

  /** Returns what the ledger has of an event, as soon as it has it. */
  JsonNode request(String eventId) {
    return await("event " + eventId)
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(100))
        .until(
            () -> send("GET", url("reporting") + "/v1/requests/" + eventId, token("reader"), null),
            answer -> answer.statusCode() == 200)
        .body()
        .transform(json::readTree);
  }

  /** Returns the totals of one project, as soon as {@code enough} says that they are complete. */
  JsonNode totals(String project, Predicate<JsonNode> enough) {
    String path =
        "/v1/totals?start_time=2020-01-01T00:00:00Z&end_time="
            + Instant.now().plus(Duration.ofDays(1))
            + "&projects="
            + URLEncoder.encode(project, StandardCharsets.UTF_8);
    return await("totals of " + project)
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(200))
        .until(() -> report(path), enough);
  }

  HttpResponse<String> post(String url, @Nullable String token, String body) {
    return send("POST", url, token, body);
  }

  HttpResponse<String> send(
      String method, String url, @Nullable String token, @Nullable String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url))
            .timeout(Duration.ofSeconds(30))
            .header("content-type", "application/json")
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    if (token != null) {
      request.header("authorization", "Bearer " + token);
    }
    try {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(method + " " + url, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Stops it as Ctrl-C does, and sees that nothing of it is left. */
  @Override
  public void close() throws IOException {
    List<ProcessHandle> all =
        Stream.concat(Stream.of(process.toHandle()), process.descendants()).toList();
    simulator.close();
    http.close();
    new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS))
          .as("up stops within a minute: %s", Llmcost.read(log))
          .isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    assertThat(all).as("left running").noneMatch(ProcessHandle::isAlive);
    assertThat(process.exitValue()).as(Llmcost.read(log)).isZero();
    // Logs stay for whoever looks into a failure; the data of a long run is gigabytes.
    delete(data.resolve("postgres"));
    delete(data.resolve("kafka"));
  }

  private static void delete(Path tree) throws IOException {
    try (Stream<Path> paths = Files.walk(tree)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
