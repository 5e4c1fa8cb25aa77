package io.llmcost.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.llmcost.client.publish.PublishedEvents;
import io.llmcost.localstack.Backends;
import io.llmcost.schemas.LlmRequestCompleted;
import io.llmcost.schemas.Topics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's example, run; what it shows is the lines between the two marks below. */
class ReadmeExampleIT {
  private static final String BEGIN = "// README begins";
  private static final String END = "// README ends";

  @TempDir Path directory;

  @Test
  void readmeShowsThisCode() throws IOException {
    Path module = Path.of(System.getProperty("llmcost.root"), "completion-client");
    List<String> source =
        Files.readAllLines(module.resolve("src/test/java/io/llmcost/client/ReadmeExampleIT.java"));
    List<String> shown =
        source.subList(indexOf(source, BEGIN) + 1, indexOf(source, END)).stream()
            .map(line -> line.substring(Math.min(4, line.length())))
            .toList();

    assertThat(Files.readString(module.resolve("README.md"))).contains(String.join("\n", shown));
  }

  @Test
  void exampleRecordsItsCall() throws Exception {
    Backends backends = Backends.shared();
    HttpServer provider = provider();
    try (PublishedEvents published = new PublishedEvents(backends, Topics.COMPLETED)) {
      String kafka = backends.bootstrapServers();
      String registry = backends.schemaRegistryUrl();
      URI url =
          URI.create(
              "http://127.0.0.1:" + provider.getAddress().getPort() + "/v1/chat/completions");
      byte[] body = "{\"model\":\"gpt-4o\",\"messages\":[]}".getBytes(UTF_8);
      HttpRequest request =
          HttpRequest.newBuilder(url).POST(BodyPublishers.ofByteArray(body)).build();

      example(kafka, registry, directory.resolve("journal"), body, request);

      LlmRequestCompleted event = published.await("support-bot", 1).getFirst();
      assertThat(event.getSource()).isEqualTo("support-bot");
      assertThat(event.getProject()).isEqualTo("support");
      assertThat(event.getUserId()).isEqualTo("u-17");
      assertThat(event.getTrackable().getId()).isEqualTo("4711");
      assertThat(event.getModelRequested()).isEqualTo("gpt-4o");
      assertThat(event.getModel()).isEqualTo("gpt-4o-2024-08-06");
      assertThat(event.getHttpStatus()).isEqualTo(200);
      assertThat(event.getUsage()).hasSize(2);
      assertThat(event.getLatencyMillis()).isNotNull();
    } finally {
      provider.stop(0);
    }
  }

  private static void example(
      String kafka, String registry, Path journal, byte[] body, HttpRequest request)
      throws IOException, InterruptedException {
    HttpClient http = HttpClient.newHttpClient();
    // README begins
    var settings = CompletionClientSettings.of("support-bot", kafka, registry, journal);
    try (var client = CompletionClient.open(settings)) {
      var context =
          client
              .context()
              .withProject("support")
              .withUser("u-17")
              .withRequestType("summary")
              .withTrackable("ticket", "4711");
      var call = client.start("openai", "/v1/chat/completions", body, context);
      var answer = http.send(request, BodyHandlers.ofByteArray());
      call.answered(answer.statusCode(), answer.body());
    }
    // README ends
  }

  private static HttpServer provider() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    byte[] answer =
        ("{\"model\":\"gpt-4o-2024-08-06\",\"choices\":[],"
                + "\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":3}}")
            .getBytes(UTF_8);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
    return server;
  }

  private static int indexOf(List<String> source, String mark) {
    return source.stream().map(String::strip).toList().indexOf(mark);
  }
}
