package io.llmcost.recorder.replay;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Base64;
import java.util.Objects;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Asks the cost-calculator what it would make of a completed event's bytes: its {@code POST
 * /v1/pricings/dry-run}.
 */
final class CalculatorClient {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);

  private final URI url;
  private final @Nullable String token;
  private final JsonMapper json;
  private @Nullable HttpClient http;

  /**
   * @param url the calculator's
   * @param token of a reader; without one the calculator cannot be asked
   */
  CalculatorClient(URI url, @Nullable String token, JsonMapper json) {
    this.url = url;
    this.token = token;
    this.json = json;
  }

  /** What would become of it at the first hop. */
  sealed interface Answer {}

  /**
   * It would go on.
   *
   * @param base64 the bytes of the record of {@code llm.request.costed}
   */
  record Costed(String base64) implements Answer {
    byte[] value() {
      return Base64.getDecoder().decode(base64);
    }
  }

  /** It would be a dead letter again. */
  record Refused(String cause, String message) implements Answer {}

  /**
   * Returns what the calculator would make of {@code value}; null is a record without a value.
   *
   * @throws DryRunUnavailableException if it does not say
   */
  Answer price(byte @Nullable [] value) {
    if (token == null) {
      throw new DryRunUnavailableException(
          "letters of llm.request.completed are tried by the cost-calculator, and"
              + " llmcost.recorder.calculator.token is not set");
    }
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create(url.toString().replaceFirst("/+$", "") + "/v1/pricings/dry-run"))
            .timeout(ANSWER_TIMEOUT)
            .header("authorization", "Bearer " + token)
            .header("content-type", "application/octet-stream")
            .POST(value == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(value))
            .build();
    try {
      HttpResponse<byte[]> response = http().send(request, BodyHandlers.ofByteArray());
      if (response.statusCode() != 200) {
        throw new DryRunUnavailableException(
            "the cost-calculator at " + url + " answered " + response.statusCode());
      }
      return answer(json.readTree(response.body()));
    } catch (IOException | JacksonException e) {
      throw new DryRunUnavailableException("the cost-calculator at " + url + ": " + e);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  private static Answer answer(JsonNode answer) {
    JsonNode costed = answer.path("costed_value");
    return costed.isString()
        ? new Costed(costed.stringValue())
        : new Refused(
            answer.path("cause").asString("UNEXPECTED"), answer.path("reason").asString(""));
  }

  // Made with the first dry run.
  private synchronized HttpClient http() {
    if (http == null) {
      http =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .connectTimeout(CONNECT_TIMEOUT)
              .build();
    }
    return Objects.requireNonNull(http);
  }
}
