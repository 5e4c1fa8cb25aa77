package io.llmcost.recorder;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Somebody with a token at one recorder's REST API. */
public final class Operator {
  private static final JsonMapper json = JsonMapper.builder().build();

  private final HttpClient http = HttpClient.newHttpClient();
  private final String base;
  private final String token;

  public Operator(ConfigurableApplicationContext recorder) {
    this(recorder, Tokens.OPERATOR);
  }

  public Operator(ConfigurableApplicationContext recorder, String token) {
    this.base = "http://127.0.0.1:" + World.port(recorder);
    this.token = token;
  }

  public JsonNode get(String path) {
    return json(get(path, 200));
  }

  public HttpResponse<byte[]> get(String path, int status) {
    return send(request(path).GET().build(), status);
  }

  /** What a path answers, whatever its status. */
  public String text(String path) {
    try {
      return http.send(request(path).GET().build(), BodyHandlers.ofString()).body();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Posts JSON written with single quotes. */
  public JsonNode post(String path, String body, int status) {
    return json(
        send(
            request(path)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body.replace('\'', '"')))
                .build(),
            status));
  }

  /** Starts a replay and returns its id. */
  public String replay(String body) {
    return post("/v1/replays", body, 201).get("id").stringValue();
  }

  /** Waits until {@code replay} is in {@code state}, and returns it. */
  public JsonNode await(String replay, String state) {
    JsonNode[] last = new JsonNode[1];
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () -> {
              last[0] = get("/v1/replays/" + replay);
              assertThat(last[0].get("state").stringValue())
                  .as(last[0].toString())
                  .isEqualTo(state);
            });
    return last[0];
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(base + path))
        .header("Authorization", "Bearer " + token);
  }

  private HttpResponse<byte[]> send(HttpRequest request, int status) {
    try {
      HttpResponse<byte[]> answer = http.send(request, BodyHandlers.ofByteArray());
      assertThat(answer.statusCode())
          .as(new String(answer.body(), StandardCharsets.UTF_8))
          .isEqualTo(status);
      return answer;
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static JsonNode json(HttpResponse<byte[]> answer) {
    return json.readTree(answer.body());
  }
}
