package io.llmcost.cli.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmcost.client.provider.AnswerHead;
import io.llmcost.client.provider.AnswerReader;
import io.llmcost.client.provider.Completion;
import io.llmcost.client.provider.ProviderAdapters;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What each simulated provider says in its own words is what it would bill. */
class ProvidersTest {
  private final BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
  private final HttpClient http = HttpClient.newHttpClient();
  private ProviderSimulator simulator;

  @BeforeEach
  void start() throws IOException {
    simulator = ProviderSimulator.start(answers::add);
  }

  @AfterEach
  void stop() {
    simulator.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          openai   | /v1/responses | {"model": "gpt-5", "input": "When?"}
          openai   | /v1/responses | {"model": "gpt-5", "stream": true, "input": [{"content": "When?"}]}
          mistral  | /v1/chat/completions | {"model": "m", "messages": [{"content": "When?"}]}
          mistral  | /v1/chat/completions | {"model": "m", "stream": true, "messages": [{"content": "When?"}]}
          groq     | /openai/v1/chat/completions | {"model": "m", "messages": [{"content": "When?"}]}
          groq     | /openai/v1/chat/completions | {"model": "m", "stream": true, "messages": [{"content": "When?"}]}
          cohere   | /v2/chat | {"model": "m", "messages": [{"content": "When?"}]}
          cohere   | /v2/chat | {"model": "m", "stream": true, "messages": [{"content": "When?"}]}
          gemini   | /v1beta/models/gemini-2.5-pro:generateContent | {"contents": [{"parts": [{"text": "When?"}]}]}
          gemini   | /v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse | {"contents": [{"parts": [{"text": "When?"}]}]}
          bedrock  | /model/amazon.nova-lite-v1%3A0/converse | {"messages": [{"content": [{"text": "When?"}]}]}
          bedrock  | /model/amazon.nova-lite-v1%3A0/converse-stream | {"messages": [{"content": [{"text": "When?"}]}]}
          """)
  void saysInItsOwnWordsWhatItBills(String provider, String path, String body) throws Exception {
    HttpResponse<byte[]> response = post("/" + provider + path, body, "a-key");
    assertThat(response.statusCode()).isEqualTo(200);
    AnswerReader reader =
        ProviderAdapters.standard()
            .find(provider, "POST", path)
            .orElseThrow()
            .answer(new AnswerHead(200, name -> response.headers().firstValue(name).orElse(null)));
    reader.accept(response.body());

    Completion completion = reader.end();
    Answer answer = answers.take();
    assertThat(usage(completion)).isEqualTo(answer.quantities()).isNotEmpty();
    assertThat(answer.provider()).isEqualTo(provider);
    assertThat(answer.streamed()).isEqualTo(path.contains("tream") || body.contains("stream"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          mistral  | /v1/chat/completions | {"model": "m", "messages": []} | 401
          cohere   | /v2/chat | {"model": "m", "messages": []} | 401
          gemini   | /v1beta/models/m:generateContent | {"contents": []} | 400
          bedrock  | /model/m/converse | {"messages": []} | 403
          """)
  void refusesAnInvalidKey(String provider, String path, String body, int status) throws Exception {
    assertThat(post("/" + provider + path, body, ProviderSimulator.INVALID_KEY).statusCode())
        .isEqualTo(status);
    assertThat(answers.take().quantities()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"cohere, /v2/nothing", "gemini, /v1beta/nothing", "bedrock, /nothing"})
  void knowsNoOtherPaths(String provider, String path) throws Exception {
    assertThat(post("/" + provider + path, "{}", "key").statusCode()).isEqualTo(404);
    assertThat(post("/" + provider + path, "{", "key").statusCode()).isEqualTo(400);
  }

  @Test
  void aSessionBillsEachTurn() throws Exception {
    BlockingQueue<String> messages = new LinkedBlockingQueue<>();
    WebSocket session =
        http.newWebSocketBuilder()
            .buildAsync(
                URI.create(
                    simulator.url().toString().replace("http", "ws")
                        + "/openai/v1/realtime?model=gpt-realtime"),
                new Messages(messages))
            .get(10, TimeUnit.SECONDS);
    assertThat(until("session.created", messages).path("session").path("model").asString())
        .isEqualTo("gpt-realtime");
    long before = 0;
    for (int turn = 0; turn < 2; turn++) {
      say(
          session,
          """
          {"type": "conversation.item.create", "item": {"type": "message", "role": "user",
           "content": [{"type": "input_text", "text": "When does it arrive, please?"}]}}
          """);
      say(session, "{\"type\": \"response.create\"}");
      JsonNode usage = until("response.done", messages).path("response").path("usage");
      long input = usage.path("input_tokens").asLong();
      assertThat(answers.take().quantities())
          .isEqualTo(Map.of("input", input, "output", usage.path("output_tokens").asLong()));
      assertThat(input).as("the conversation grows").isGreaterThan(before);
      before = input;
    }
    say(session, "{\"type\": \"nonsense\"}");
    until("error", messages);
    session.sendClose(WebSocket.NORMAL_CLOSURE, "").get(10, TimeUnit.SECONDS);
  }

  private record Messages(BlockingQueue<String> all, StringBuilder current)
      implements WebSocket.Listener {
    Messages(BlockingQueue<String> all) {
      this(all, new StringBuilder());
    }

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      current.append(data);
      if (last) {
        all.add(current.toString());
        current.setLength(0);
      }
      return WebSocket.Listener.super.onText(socket, data, last);
    }
  }

  private static JsonNode until(String type, BlockingQueue<String> messages)
      throws InterruptedException {
    List<String> seen = new ArrayList<>();
    while (true) {
      String message = messages.poll(10, TimeUnit.SECONDS);
      assertThat(message).as("%s after %s", type, seen).isNotNull();
      seen.add(message);
      JsonNode event = JsonMapper.shared().readTree(message);
      if (event.path("type").asString().equals(type)) {
        return event;
      }
    }
  }

  private static void say(WebSocket session, String text) throws Exception {
    session.sendText(text, true).get(10, TimeUnit.SECONDS);
  }

  private HttpResponse<byte[]> post(String path, String body, String key) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create(simulator.url() + path))
            .header("authorization", "Bearer " + key)
            .header("x-goog-api-key", key)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofByteArray());
  }

  private static Map<String, Long> usage(Completion completion) {
    Map<String, Long> usage = new TreeMap<>();
    completion
        .usage()
        .forEach(reading -> usage.put(reading.meter(), reading.quantity().longValueExact()));
    return usage;
  }
}
