package io.llmcost.cli.demo;

import io.llmcost.cli.simulator.ProviderSimulator;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * One call of the sample, as an application would make it through the gateway.
 *
 * @param status that the provider shall answer
 * @param requestType null for a call that tells nothing but its project
 */
record SampleCall(
    Api api,
    ObjectNode body,
    int status,
    String project,
    @Nullable String user,
    @Nullable String requestType,
    @Nullable String trackable) {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  /** The two providers' APIs that the sample calls. */
  enum Api {
    CHAT_COMPLETIONS("/v1/chat/completions"),
    MESSAGES("/v1/messages");

    private final String path;

    Api(String path) {
      this.path = path;
    }
  }

  HttpRequest request(URI gateway) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(gateway + api.path))
            .timeout(TIMEOUT)
            .header("content-type", "application/json")
            .header("x-llmcost-project", project)
            .POST(BodyPublishers.ofString(body.toString()));
    header(request, "x-llmcost-user", user);
    header(request, "x-llmcost-request-type", requestType);
    header(request, "x-llmcost-trackable", trackable);
    String key = status == 401 ? ProviderSimulator.INVALID_KEY : "demo";
    switch (api) {
      case CHAT_COMPLETIONS -> request.header("authorization", "Bearer " + key);
      case MESSAGES -> request.header("x-api-key", key).header("anthropic-version", "2023-06-01");
    }
    if (status != 200 && status != 401) {
      request.header(ProviderSimulator.STATUS_HEADER, Integer.toString(status));
    }
    return request.build();
  }

  private static void header(HttpRequest.Builder request, String name, @Nullable String value) {
    if (value != null) {
      request.header(name, value);
    }
  }
}
