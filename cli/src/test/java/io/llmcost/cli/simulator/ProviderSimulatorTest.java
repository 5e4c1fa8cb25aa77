package io.llmcost.cli.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ProviderSimulatorTest {
  private static final String CHAT =
      """
      {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "When does it arrive?"}]%s}
      """;
  private static final String LONG_TEXT = "All about our shipping. ".repeat(250);

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

  @Test
  void chatCompletionHasItsProvidersShapeAndAnAnswerOfTheSameNumbers() throws Exception {
    HttpResponse<String> response = openAi("/v1/chat/completions", CHAT.formatted(""));
    JsonNode body = JsonMapper.shared().readTree(response.body());

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("x-request-id")).isPresent();
    assertThat(body.path("object").asString()).isEqualTo("chat.completion");
    assertThat(body.path("id").asString()).matches("chatcmpl-\\w{29}");
    assertThat(body.path("model").asString()).isEqualTo("gpt-4o-mini-2024-07-18");
    assertThat(body.path("service_tier").asString()).isEqualTo("default");
    JsonNode choice = body.path("choices").get(0);
    assertThat(choice.path("message").path("content").asString()).isNotBlank();
    assertThat(choice.path("finish_reason").asString()).isEqualTo("stop");

    JsonNode usage = body.path("usage");
    Answer answer = answer();
    assertThat(usage.path("prompt_tokens").asLong()).isEqualTo(12); // 3 + 4 + 20 letters / 4
    assertThat(answer.quantities())
        .isEqualTo(Map.of("input", 12L, "output", usage.path("completion_tokens").asLong()));
    assertThat(answer.model()).isEqualTo("gpt-4o-mini-2024-07-18");
  }

  @Test
  void sameRequestGetsTheSameWordsUnderAnotherId() throws Exception {
    JsonNode first = json(openAi("/v1/chat/completions", CHAT.formatted("")));
    JsonNode second = json(openAi("/v1/chat/completions", CHAT.formatted("")));

    assertThat(second.path("choices")).isEqualTo(first.path("choices"));
    assertThat(second.path("usage")).isEqualTo(first.path("usage"));
    assertThat(second.path("id")).isNotEqualTo(first.path("id"));
  }

  @Test
  void chatStreamEndsWithUsageOnlyWhereItWasAskedFor() throws Exception {
    List<String> plain = data(openAi("/v1/chat/completions", CHAT.formatted(", \"stream\": true")));
    assertThat(plain).last().isEqualTo("[DONE]");
    assertThat(plain).noneMatch(chunk -> chunk.contains("\"usage\""));

    List<String> withUsage =
        data(
            openAi(
                "/v1/chat/completions",
                CHAT.formatted(
                    ", \"stream\": true, \"stream_options\": {\"include_usage\": true}")));
    JsonNode last = JsonMapper.shared().readTree(withUsage.get(withUsage.size() - 2));
    assertThat(last.path("choices")).isEmpty();
    assertThat(last.path("usage").path("prompt_tokens").asLong()).isEqualTo(12);
    JsonNode first = JsonMapper.shared().readTree(withUsage.get(0));
    assertThat(first.path("choices").get(0).path("delta").path("role").asString())
        .isEqualTo("assistant");
    assertThat(first.path("usage").isNull()).isTrue();
    assertThat(answer().streamed()).isTrue();
  }

  @Test
  void laterTurnOfALongChatReadsItsPrefixFromTheCache() throws Exception {
    String turns =
        """
        {"model": "gpt-5-mini", "messages": [{"role": "system", "content": "%s"},
         {"role": "user", "content": "Hello"}, {"role": "assistant", "content": "Hi"},
         {"role": "user", "content": "When?"}]}
        """
            .formatted(LONG_TEXT);
    JsonNode usage = json(openAi("/v1/chat/completions", turns)).path("usage");

    long cached = usage.path("prompt_tokens_details").path("cached_tokens").asLong();
    long reasoning = usage.path("completion_tokens_details").path("reasoning_tokens").asLong();
    assertThat(cached).isEqualTo(1408); // 1,500 + 4, 2 + 4, 1 + 4 tokens in whole blocks of 128
    assertThat(reasoning).isPositive();
    Answer answer = answer();
    assertThat(answer.quantities())
        .containsEntry("input", usage.path("prompt_tokens").asLong() - cached)
        .containsEntry("input_cache_read", cached)
        .containsEntry("output", usage.path("completion_tokens").asLong() - reasoning)
        .containsEntry("output_reasoning", reasoning);
  }

  @Test
  void messageWritesItsCacheFirstAndReadsItOnTheNextTurn() throws Exception {
    String system =
        """
        "system": [{"type": "text", "text": "%s", "cache_control": {"type": "ephemeral"}}]
        """
            .formatted(LONG_TEXT);
    String first =
        """
        {"model": "claude-sonnet-4-5", "max_tokens": 500, %s,
         "messages": [{"role": "user", "content": "Hello"}]}
        """
            .formatted(system);
    JsonNode body = json(anthropic(first));
    assertThat(body.path("type").asString()).isEqualTo("message");
    assertThat(body.path("model").asString()).isEqualTo("claude-sonnet-4-5-20250929");
    assertThat(body.path("content").get(0).path("type").asString()).isEqualTo("text");
    assertThat(body.path("stop_reason").asString()).isEqualTo("end_turn");
    JsonNode usage = body.path("usage");
    assertThat(usage.path("cache_creation_input_tokens").asLong()).isEqualTo(1500);
    assertThat(usage.path("cache_creation").path("ephemeral_5m_input_tokens").asLong())
        .isEqualTo(1500);
    assertThat(usage.path("input_tokens").asLong()).isEqualTo(5);
    assertThat(answer().quantities())
        .containsEntry("input", 5L)
        .containsEntry("input_cache_write_5m", 1500L);

    String second =
        """
        {"model": "claude-sonnet-4-5", "max_tokens": 500, %s,
         "messages": [{"role": "user", "content": "Hello"},
          {"role": "assistant", "content": "Hi"}, {"role": "user", "content": "When?"}]}
        """
            .formatted(system);
    usage = json(anthropic(second)).path("usage");
    assertThat(usage.path("cache_read_input_tokens").asLong()).isEqualTo(1500);
    assertThat(usage.path("cache_creation_input_tokens").asLong()).isZero();
    assertThat(answer().quantities()).containsEntry("input_cache_read", 1500L);
  }

  @Test
  void messageStreamHasItsProvidersEvents() throws Exception {
    HttpResponse<String> response =
        anthropic(
            """
            {"model": "claude-haiku-4-5", "max_tokens": 2000, "stream": true,
             "thinking": {"type": "enabled", "budget_tokens": 1024},
             "messages": [{"role": "user", "content": "Hello"}]}
            """);
    List<String> events =
        response.body().lines().filter(line -> line.startsWith("event: ")).distinct().toList();

    assertThat(response.headers().firstValue("content-type"))
        .hasValue("text/event-stream; charset=utf-8");
    assertThat(events)
        .containsExactly(
            "event: message_start",
            "event: content_block_start",
            "event: ping",
            "event: content_block_delta",
            "event: content_block_stop",
            "event: message_delta",
            "event: message_stop");
    List<String> data = data(response);
    JsonNode start = JsonMapper.shared().readTree(data.get(0)).path("message").path("usage");
    JsonNode end = JsonMapper.shared().readTree(data.get(data.size() - 2)).path("usage");
    assertThat(start.path("output_tokens").asLong()).isEqualTo(1);
    Answer answer = answer();
    long output = answer.quantities().getOrDefault("output", 0L);
    long thinking = answer.quantities().getOrDefault("output_reasoning", 0L);
    assertThat(thinking).isPositive();
    assertThat(end.path("output_tokens").asLong()).isEqualTo(output + thinking);
    assertThat(end.path("output_tokens_details").path("thinking_tokens").asLong())
        .isEqualTo(thinking);
  }

  @Test
  void wrongKeysAndWantedFaultsAreErrorsInTheProvidersShape() throws Exception {
    HttpResponse<String> wrongKey =
        send(
            request("/openai/v1/chat/completions", CHAT.formatted(""))
                .header("authorization", "Bearer invalid-key"));
    assertThat(wrongKey.statusCode()).isEqualTo(401);
    assertThat(json(wrongKey).path("error").path("code").asString()).isEqualTo("invalid_api_key");

    HttpResponse<String> limited =
        send(
            request("/openai/v1/chat/completions", CHAT.formatted(""))
                .header("authorization", "Bearer key")
                .header(ProviderSimulator.STATUS_HEADER, "429"));
    assertThat(limited.statusCode()).isEqualTo(429);
    assertThat(limited.headers().firstValue("retry-after")).hasValue("1");
    assertThat(json(limited).path("error").path("code").asString())
        .isEqualTo("rate_limit_exceeded");

    HttpResponse<String> overloaded =
        send(
            request(
                    "/anthropic/v1/messages",
                    "{\"model\": \"claude-haiku-4-5\", \"max_tokens\": 9, \"messages\": []}")
                .header("x-api-key", "key")
                .header("anthropic-version", "2023-06-01")
                .header(ProviderSimulator.STATUS_HEADER, "529"));
    assertThat(overloaded.statusCode()).isEqualTo(529);
    assertThat(json(overloaded).path("error").path("type").asString())
        .isEqualTo("overloaded_error");
    assertThat(answers).extracting(Answer::httpStatus).containsExactly(401, 429, 529);
    assertThat(answers).allMatch(answer -> answer.quantities().isEmpty());
  }

  @Test
  void badRequestsAreRefusedAsTheProvidersDo() throws Exception {
    assertThat(openAi("/v1/chat/completions", "{\"messages\": []}").statusCode()).isEqualTo(400);
    assertThat(openAi("/v1/chat/completions", "{").statusCode()).isEqualTo(400);
    assertThat(openAi("/v1/nothing", "{}").statusCode()).isEqualTo(404);
    HttpResponse<String> noLimit = anthropic("{\"model\": \"m\", \"messages\": []}");
    assertThat(json(noLimit).path("error").path("message").asString())
        .isEqualTo("max_tokens: Field required");
  }

  @Test
  void connectionBreaksWhereItIsAskedToAndTheAnswerSaysSo() throws Exception {
    assertThatThrownBy(
            () ->
                send(
                    request("/openai/v1/chat/completions", CHAT.formatted(", \"stream\": true"))
                        .header("authorization", "Bearer key")
                        .header(ProviderSimulator.BREAK_HEADER, "2")))
        .isInstanceOf(IOException.class);
    assertThat(answer().complete()).isFalse();
  }

  @Test
  void embeddingsCountOnlyTheirInput() throws Exception {
    JsonNode body =
        json(
            openAi(
                "/v1/embeddings",
                "{\"model\": \"text-embedding-3-small\", \"input\": [\"four\", \"eightchr\"]}"));
    assertThat(body.path("data")).hasSize(2);
    assertThat(body.path("usage").path("prompt_tokens").asLong()).isEqualTo(3);
    assertThat(answer().quantities()).isEqualTo(Map.of("input", 3L));
  }

  private Answer answer() throws InterruptedException {
    Answer last = answers.poll(5, TimeUnit.SECONDS);
    assertThat(last).isNotNull();
    while (!answers.isEmpty()) {
      last = answers.poll();
    }
    return last;
  }

  private HttpResponse<String> openAi(String path, String body) throws Exception {
    return send(request("/openai" + path, body).header("authorization", "Bearer key"));
  }

  private HttpResponse<String> anthropic(String body) throws Exception {
    return send(
        request("/anthropic/v1/messages", body)
            .header("x-api-key", "key")
            .header("anthropic-version", "2023-06-01"));
  }

  private HttpRequest.Builder request(String path, String body) {
    return HttpRequest.newBuilder(URI.create(simulator.url() + path))
        .header("content-type", "application/json")
        .POST(BodyPublishers.ofString(body));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return http.send(request.build(), BodyHandlers.ofString());
  }

  private static JsonNode json(HttpResponse<String> response) {
    return JsonMapper.shared().readTree(response.body());
  }

  private static List<String> data(HttpResponse<String> response) {
    return response
        .body()
        .lines()
        .filter(line -> line.startsWith("data: "))
        .map(line -> line.substring("data: ".length()))
        .toList();
  }
}
