package io.llmcost.recorder.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class CalculatorClientTest {
  private final List<String> asked = new ArrayList<>();
  private int status = 200;
  private String answer = "{}";

  @SuppressWarnings("NullAway.Init")
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          asked.add(
              "%s %s %s %d bytes"
                  .formatted(
                      exchange.getRequestMethod(),
                      exchange.getRequestURI(),
                      exchange.getRequestHeaders().getFirst("authorization"),
                      exchange.getRequestBody().readAllBytes().length));
          byte[] body = answer.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private CalculatorClient client(@Nullable String token) {
    URI url = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
    return new CalculatorClient(url, token, JsonMapper.builder().build());
  }

  @Test
  void theAnswersBytesOrItsCauseComeBack() {
    answer = "{\"outcome\": \"costed\", \"costed_value\": \"AAEC\"}";
    assertThat(client("t").price(new byte[] {1, 2, 3}))
        .isInstanceOfSatisfying(
            CalculatorClient.Costed.class,
            costed -> assertThat(costed.value()).containsExactly(0, 1, 2));
    answer = "{\"outcome\": \"dead_letter\", \"cause\": \"UNDECODABLE\", \"reason\": \"no\"}";
    assertThat(client("t").price(null))
        .isEqualTo(new CalculatorClient.Refused("UNDECODABLE", "no"));
    assertThat(asked)
        .containsExactly(
            "POST /v1/pricings/dry-run Bearer t 3 bytes",
            "POST /v1/pricings/dry-run Bearer t 0 bytes");
  }

  @Test
  void aCalculatorThatDoesNotSayIsNoEndOfALetter() {
    assertThatExceptionOfType(DryRunUnavailableException.class)
        .isThrownBy(() -> client(null).price(new byte[0]))
        .withMessageContaining("llmcost.recorder.calculator.token");
    status = 503;
    assertThatExceptionOfType(DryRunUnavailableException.class)
        .isThrownBy(() -> client("t").price(new byte[0]))
        .withMessageContaining("503");
    status = 200;
    answer = "no JSON";
    assertThatExceptionOfType(DryRunUnavailableException.class)
        .isThrownBy(() -> client("t").price(new byte[0]));
    CalculatorClient late = client("t");
    server.stop(0);
    assertThatExceptionOfType(DryRunUnavailableException.class)
        .isThrownBy(() -> late.price(new byte[0]));
  }
}
