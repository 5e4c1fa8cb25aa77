package io.llmcost.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.llmcost.schemas.LlmRequestCompleted;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** A provider, a gateway in front of it, and a caller. */
abstract class GatewayFixture {
  protected final ProviderServer provider = new ProviderServer();
  protected final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private @Nullable TestGateway started;

  protected TestGateway gateway() {
    return gateway(TestGateway.Options.DEFAULTS);
  }

  /** The first one asked for; later options change nothing. */
  protected TestGateway gateway(TestGateway.Options options) {
    TestGateway found = started;
    if (found == null) {
      found = new TestGateway(provider.url(), options);
      started = found;
    }
    return found;
  }

  @AfterEach
  void closeAll() {
    http.close();
    if (started != null) {
      started.close();
    }
    provider.close();
  }

  protected HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(gateway().url(path)))
        .timeout(Duration.ofSeconds(30))
        .header("authorization", "Bearer sk-callers-own");
  }

  protected HttpResponse<String> post(String path, String body, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        request(path)
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.send(request.build(), BodyHandlers.ofString());
  }

  protected HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return http.send(request(path).build(), BodyHandlers.ofString());
  }

  /** The one event that there is, or comes soon; all reserved room was given back by then. */
  protected LlmRequestCompleted onlyEvent() {
    List<LlmRequestCompleted> events = gateway().publisher.events();
    await().atMost(Duration.ofSeconds(10)).until(() -> !events.isEmpty());
    assertThat(events).hasSize(1);
    await().until(() -> gateway().publisher.reserved() == 0);
    return events.getFirst();
  }

  protected void noEvent() {
    assertThat(gateway().publisher.events()).isEmpty();
    await().until(() -> gateway().publisher.reserved() == 0);
  }

  protected static String header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }
}
