package io.llmcost.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.openai.OpenAiChatModel;
import io.llmcost.client.event.LlmCallContext;
import io.llmcost.client.langchain4j.TrackingChatModelListener;
import io.llmcost.client.publish.RecordingPublisher;
import io.llmcost.client.springai.TrackedChatModel;
import io.llmcost.client.springai.TrackingObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.ai.openai.OpenAiChatOptions;

/** The examples of docs/java.md, run; what it shows is the lines between the marks below. */
class JavaGuideTest {
  private static final String BEGIN = "// shown from here";
  private static final String END = "// to here";

  private final RecordingPublisher published = new RecordingPublisher();
  private final CompletionClient client =
      CompletionClient.over(LlmCallContext.of("shop"), published, new SimpleMeterRegistry());

  @Test
  void guideShowsThisCode() throws IOException {
    Path root = Path.of(System.getProperty("llmcost.root"));
    String guide = Files.readString(root.resolve("docs/java.md"));
    List<String> shown = new ArrayList<>();
    StringBuilder open = null;
    for (String line :
        Files.readAllLines(
            root.resolve("completion-client/src/test/java/io/llmcost/client/JavaGuideTest.java"))) {
      if (line.strip().equals(BEGIN)) {
        open = new StringBuilder();
      } else if (line.strip().equals(END) && open != null) {
        shown.add(open.toString());
        open = null;
      } else if (open != null) {
        open.append(line.substring(Math.min(6, line.length()))).append('\n');
      }
    }

    assertThat(shown).hasSize(4).allMatch(guide::contains);
    assertThat(guide.split("```java", -1)).as("examples of the guide").hasSize(5);
  }

  @Test
  void byHand() throws Exception {
    try (FakeProvider provider = new FakeProvider(200, "openai-chat.json")) {
      String url = provider.url();
      HttpClient http = HttpClient.newHttpClient();
      // shown from here
      byte[] body = "{\"model\": \"gpt-4o\", \"messages\": []}".getBytes(UTF_8);
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(url + "/v1/chat/completions"))
              .POST(BodyPublishers.ofByteArray(body))
              .build();
      TrackedCall call =
          client.start("openai", "/v1/chat/completions", body, client.context().withUser("u-17"));
      var answer = http.send(request, BodyHandlers.ofByteArray());
      call.answered(answer.statusCode(), answer.body());
      // to here
      assertThat(published.events().getFirst().getUserId()).isEqualTo("u-17");
      assertThat(published.events().getFirst().getUsage()).isNotEmpty();
    }
  }

  @Test
  void langChain4j() throws Exception {
    try (FakeProvider provider = new FakeProvider(200, "openai-chat.json")) {
      String url = provider.url() + "/v1";
      // shown from here
      ChatModel model =
          OpenAiChatModel.builder()
              .baseUrl(url)
              .apiKey("your key")
              .modelName("gpt-4o")
              .listeners(List.of(new TrackingChatModelListener(client)))
              .build();
      // to here
      assertThat(model.chat("Hi")).isNotEmpty();
      assertThat(published.events().getFirst().getModelRequested()).isEqualTo("gpt-4o");
      // shown from here
      String summary =
          Tracking.with(c -> c.withUser("u-17").withTrackable("ticket", "4711"))
              .call(() -> model.chat("What is it about?"));

      Tracking.off().run(() -> model.chat("Are you there?")); // not recorded
      // to here
      assertThat(summary).isNotEmpty();
      assertThat(published.events()).hasSize(2);
      assertThat(published.events().getLast().getTrackable().getId()).isEqualTo("4711");
    }
  }

  @Test
  void springAi() throws Exception {
    try (FakeProvider provider = new FakeProvider(200, "openai-chat.json")) {
      var options =
          OpenAiChatOptions.builder()
              .baseUrl(provider.url() + "/v1")
              .apiKey("k")
              .model("gpt-4o")
              .build();
      // shown from here
      ObservationRegistry observations = ObservationRegistry.create();
      observations.observationConfig().observationHandler(new TrackingObservationHandler(client));
      var openAi =
          org.springframework.ai.openai.OpenAiChatModel.builder()
              .options(options)
              .observationRegistry(observations)
              .build();
      var model = TrackedChatModel.of(openAi); // for its streams: see below
      // to here
      assertThat(model.call("Hi")).isNotEmpty();
      assertThat(published.events().getFirst().getProvider()).isEqualTo("openai");
    }
  }
}
